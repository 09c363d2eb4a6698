/** Side of a synthetic patch, as in Kaggle's set. */
export const syntheticSizePx = 96;

/** A patch being painted: colours in [0, 255], and where tumour lies. */
export interface Canvas {
  /** Shape [96, 96, 3]. */
  readonly colours: Float32Array;
  /** Shape [96, 96]; 1 = pixel of a tumour nucleus. */
  readonly tumour: Uint8Array;
}
