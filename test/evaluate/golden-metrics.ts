import { readGolden } from '../shared-data.js';

/** Figures of scikit-learn and of pROC (DeLong) on given scores. */
export interface GoldenMetrics {
  readonly name: string;
  readonly labels: readonly (0 | 1)[];
  readonly scores: readonly number[];
  readonly roc_auc: number;
  readonly average_precision: number;
  readonly log_loss_of_sigmoid: number;
  readonly brier_of_sigmoid: number;
  readonly accuracy_at_0: number;
  readonly confusion_at_0: { tn: number; fp: number; fn: number; tp: number };
  readonly f1_at_0: number;
  readonly mcc_at_0: number;
  readonly balanced_accuracy_at_0: number;
  /** Scores of another model on the same patches, in one of the cases. */
  readonly scores_b?: readonly number[];
  readonly paired_delong?: { readonly auc_b: number; readonly z: number; readonly p_value: number };
  readonly delong: { readonly ci95: readonly [number, number] };
}

export function goldenMetrics(): readonly GoldenMetrics[] {
  return readGolden<{ cases: GoldenMetrics[] }>('metrics.json').cases;
}

/** Decimal places that `toBeCloseTo` compares: differences below 1e-9, all figures being near 1. */
export const ninePlaces = 9;
