import type { ScoreCells } from './score-cells.js';
import { scoreCells } from './score-cells.js';
import { checkedClasses } from './scored-labels.js';

/**
 * Area under the ROC curve for binary labels: the share of pairs of a tumour and a normal patch that
 * are ranked rightly. Ties count half, so a constant scorer gets exactly 0.5. O(n log n), float64.
 *
 * @param scores Shape [n]. Logit or probability, only the order counts: higher = tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns In [0, 1].
 * @throws {RangeError} If lengths differ, there are none, a score is not finite, a label is not 0 or
 *   1, or a class is absent (there is no value then: never 0.5 or NaN instead).
 * @see Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747
 * @example rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) // 0.75
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  return rocAucOf(scoreCells(checkedClasses('compute ROC AUC', scores, labels)));
}

/** The same of cells; NaN where a class weighs nothing. */
export function rocAucOf({ positives, negatives }: ScoreCells): number {
  let [pairs, below, all] = [0, 0, 0];
  for (let cell = 0; cell < positives.length; cell++) {
    const [positive, negative] = [positives[cell] as number, negatives[cell] as number];
    pairs += positive * (below + negative / 2);
    below += negative;
    all += positive;
  }
  return pairs / (all * below);
}
