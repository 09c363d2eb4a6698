/** What a model says of a patch whose label is known. */
export interface Prediction {
  readonly id: string;
  /** 1 = tumour, 0 = normal. */
  readonly label: 0 | 1;
  /** Probability of tumour, in [0, 1]. */
  readonly probability: number;
  /** Of normal and of tumour. */
  readonly logits: readonly [number, number];
  /** Its slide or patient; null: not known. */
  readonly group: string | null;
}
