import { checkedClasses } from './scored-labels.js';
import { thresholdCounts } from './threshold-counts.js';

/** One operating point: patches that score at least `threshold` are called tumour. */
export interface RocPoint {
  readonly threshold: number;
  /** 1 - specificity, in [0, 1]. */
  readonly falsePositiveRate: number;
  /** Sensitivity, in [0, 1]. */
  readonly truePositiveRate: number;
}

/**
 * The ROC curve: its first point is (0, 0) with threshold Infinity, then one for each distinct
 * score, down to (1, 1); none is left out. O(n log n).
 *
 * @param scores Shape [n]. Higher = tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @throws {RangeError} As `rocAuc`.
 * @example rocCurve([0.2, 0.9], [0, 1]).map((point) => point.truePositiveRate) // [0, 1, 1]
 */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): RocPoint[] {
  const checked = checkedClasses('draw the ROC curve', scores, labels);
  const points = thresholdCounts(checked).map(({ threshold, truePositives, falsePositives }) => ({
    threshold,
    falsePositiveRate: falsePositives / checked.negatives,
    truePositiveRate: truePositives / checked.positives,
  }));
  const start = { threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 };
  return [start, ...points];
}
