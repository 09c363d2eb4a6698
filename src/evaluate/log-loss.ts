import { type ScoreCells, scoreCells } from './score-cells.js';
import { checkedScores } from './scored-labels.js';
import { softplus } from './sigmoid.js';

/**
 * Mean cross-entropy of two classes, in nats, from the margin logit_1 - logit_0. It stays exact
 * where the probability would round to 0 or 1. O(n log n).
 *
 * @param margins Shape [n]. Log-odds of tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns At least 0; log 2 for a scorer that always says one half.
 * @throws {RangeError} If lengths differ, there are none, or a value is not as described.
 * @example logLoss([0, 0], [0, 1]) // 0.6931…
 */
export function logLoss(margins: ArrayLike<number>, labels: ArrayLike<number>): number {
  return logLossOf(scoreCells(checkedScores('compute the loss', margins, labels)));
}

/** The same of cells. */
export function logLossOf({ scores, positives, negatives }: ScoreCells): number {
  let [sum, patches] = [0, 0];
  for (let cell = 0; cell < scores.length; cell++) {
    const [margin, positive] = [scores[cell] as number, positives[cell] as number];
    const negative = negatives[cell] as number;
    sum += positive * softplus(-margin) + negative * softplus(margin);
    patches += positive + negative;
  }
  return sum / patches;
}
