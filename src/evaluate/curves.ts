/** What plots show of scored patches; plain numbers. */
export interface Curves {
  /** From (0, 0) to (1, 1). Null where a class is absent. */
  readonly roc: RocCurve | null;
  /** From the highest threshold to the lowest. Null without tumour. */
  readonly precision_recall: PrecisionRecallCurve | null;
  /** Bins of equal mass, by probability. */
  readonly reliability: readonly ReliabilityBin[];
  readonly histogram: ScoreHistogram;
}

export interface RocCurve {
  /** Shape [points], rising. */
  readonly false_positive_rate: readonly number[];
  /** Shape [points], rising. */
  readonly true_positive_rate: readonly number[];
  /** 95 % band of the true positive rate at each false positive rate of `rates`. */
  readonly band: {
    readonly rates: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly method: 'bootstrap' | 'cluster bootstrap';
  };
}

export interface PrecisionRecallCurve {
  /** Shape [points], rising. */
  readonly recall: readonly number[];
  readonly precision: readonly number[];
}

export interface ReliabilityBin {
  /** Mean probability of tumour in the bin. */
  readonly probability: number;
  /** Share of tumour in the bin, with its Wilson interval. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** Patches in the bin; a part of a patch where tied scores lie on the border of two bins. */
  readonly patches: number;
}

export interface ScoreHistogram {
  /** Shape [bins + 1], probabilities from 0 to 1. */
  readonly edges: readonly number[];
  /** Shape [bins], patches. */
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}
