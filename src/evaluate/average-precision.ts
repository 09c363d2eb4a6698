import { checkedClasses } from './scored-labels.js';
import { thresholdCounts } from './threshold-counts.js';

/**
 * Average precision: the precision at each distinct score, weighted by the recall that it adds.
 * No interpolation; tied scores are one threshold. O(n log n).
 *
 * @param scores Shape [n]. Higher = tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns In (0, 1]; a scorer without skill gets about the share of tumour.
 * @throws {RangeError} As `rocAuc`.
 * @see scikit-learn's average_precision_score
 * @example averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) // 0.8333…
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const checked = checkedClasses('compute average precision', scores, labels);
  let [sum, seen] = [0, 0];
  for (const { truePositives, falsePositives } of thresholdCounts(checked)) {
    const precision = truePositives / (truePositives + falsePositives);
    sum += (truePositives - seen) * precision;
    seen = truePositives;
  }
  return sum / checked.positives;
}
