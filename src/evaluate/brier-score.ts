import { type ScoreCells, scoreCells } from './score-cells.js';
import { checkedScores } from './scored-labels.js';
import { sigmoid } from './sigmoid.js';

/**
 * Brier score: the mean squared distance of probability and label. O(n log n).
 *
 * @param margins Shape [n]. Log-odds of tumour: logit_1 - logit_0.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns In [0, 1]; 0.25 for a scorer that always says one half.
 * @throws {RangeError} If lengths differ, there are none, or a value is not as described.
 * @see Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
 * @example brierScore([0, Math.log(3)], [0, 1]) // (0.25 + 0.0625) / 2
 */
export function brierScore(margins: ArrayLike<number>, labels: ArrayLike<number>): number {
  return brierScoreOf(scoreCells(checkedScores('compute the Brier score', margins, labels)));
}

/** The same of cells. */
export function brierScoreOf({ scores, positives, negatives }: ScoreCells): number {
  let [sum, patches] = [0, 0];
  for (let cell = 0; cell < scores.length; cell++) {
    const [margin, positive] = [scores[cell] as number, positives[cell] as number];
    const negative = negatives[cell] as number;
    sum += positive * sigmoid(-margin) ** 2 + negative * sigmoid(margin) ** 2;
    patches += positive + negative;
  }
  return sum / patches;
}
