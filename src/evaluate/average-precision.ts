import { type ScoreCells, scoreCells } from './score-cells.js';
import { checkedClasses } from './scored-labels.js';

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
  return averagePrecisionOf(
    scoreCells(checkedClasses('compute average precision', scores, labels)),
  );
}

/** The same of cells; NaN without tumour. */
export function averagePrecisionOf({ positives, negatives }: ScoreCells): number {
  let [sum, truePositives, falsePositives] = [0, 0, 0];
  for (let cell = positives.length - 1; cell >= 0; cell--) {
    const positive = positives[cell] as number;
    truePositives += positive;
    falsePositives += negatives[cell] as number;
    if (positive > 0) sum += (positive * truePositives) / (truePositives + falsePositives);
  }
  return sum / truePositives;
}
