/** What the scorer is asked for, one thing at a time. */
export type ScorerRequest =
  | {
      readonly kind: 'start';
      readonly model: ArrayBuffer;
      /** ONNX Runtime's WebAssembly. */
      readonly runtime: ArrayBuffer;
      readonly cropPx: number;
    }
  | { readonly kind: 'score'; readonly file: Blob };

/** What it answers. */
export type ScorerAnswer =
  | { readonly kind: 'started' }
  | ({ readonly kind: 'scored' } & ScoredPatch)
  /** Why a file was not scored, or the scorer cannot start: what was expected, what was found and the remedy. */
  | { readonly kind: 'refused'; readonly why: string };

/** What the network says of a patch, and the patch as a picture. */
export interface ScoredPatch {
  /** Log-odds of the second class, before any temperature. */
  readonly margin: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Where the square begins that the network saw. */
  readonly crop: { readonly x: number; readonly y: number; readonly sizePx: number };
  /** A PNG, of a large patch a smaller copy. */
  readonly picture: Blob;
  /** What was done to come to 8-bit RGB; null: nothing. */
  readonly notice: string | null;
  /** For reading and scoring. */
  readonly timeMs: number;
}
