/** A patch as it is in memory. */
export interface Patch {
  /** Shape [heightPx, widthPx, 3], red first. */
  readonly pixels: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** What was done to come to 8-bit RGB, such as "alpha is dropped"; null: nothing. */
  readonly notice: string | null;
}
