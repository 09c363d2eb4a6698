import { ranksOf } from './ranks.js';
import { checkedClasses } from './scored-labels.js';

/**
 * Area under the ROC curve for binary labels, by the rank-sum identity.
 * Tied scores share their mean rank, so a constant scorer gets exactly 0.5. O(n log n), float64.
 *
 * @param scores Shape [n]. Only the order counts: higher = tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns AUC in [0, 1].
 * @throws {RangeError} If lengths differ, a score is not finite, a label is not 0 or 1,
 *   or a class is absent (AUC has no value there).
 * @see Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747
 * @example rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) // 0.75
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const checked = checkedClasses('compute ROC AUC', scores, labels);
  const { positives, negatives } = checked;
  const ranks = ranksOf(checked.scores);
  const rankSum = ranks.reduce((sum, rank, i) => (checked.labels[i] === 1 ? sum + rank : sum), 0);
  const smallest = (positives * (positives + 1)) / 2; // every positive scored lowest
  return (rankSum - smallest) / (positives * negatives);
}
