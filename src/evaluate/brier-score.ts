import { checkedScores } from './scored-labels.js';

/**
 * Brier score: the mean squared distance of probability and label. O(n).
 *
 * @param probabilities Shape [n], in [0, 1].
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns In [0, 1]; 0.25 for a scorer that always says one half.
 * @throws {RangeError} If lengths differ, there are none, or a value is not as described.
 * @see Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
 * @example brierScore([0.5, 1], [0, 1]) // 0.125
 */
export function brierScore(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  const checked = checkedScores('compute the Brier score', probabilities, labels);
  const sum = checked.scores.reduce((total, probability, i) => {
    if (probability < 0 || probability > 1) {
      throw new RangeError(
        `Cannot compute the Brier score: expected probabilities in [0, 1], got ${probability} at index ${i}`,
      );
    }
    return total + (probability - (checked.labels[i] as number)) ** 2;
  }, 0);
  return sum / checked.scores.length;
}
