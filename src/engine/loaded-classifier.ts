/** An exported classifier that its own runtime has loaded. */
export interface LoadedClassifier {
  /**
   * @param pixels Shape [size, heightPx, widthPx, 3], red first.
   * @returns Each of shape [size, classes], row by row.
   */
  readonly score: (patches: {
    readonly pixels: Uint8Array;
    readonly size: number;
    readonly widthPx: number;
    readonly heightPx: number;
  }) => Promise<{ readonly logits: Float32Array; readonly probability: Float32Array }>;
  readonly close: () => void;
}
