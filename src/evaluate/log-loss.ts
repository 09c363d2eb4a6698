import { checkedScores } from './scored-labels.js';

/**
 * Mean cross-entropy of two classes, in nats, from the margin logit_1 - logit_0. It stays exact
 * where the probability would round to 0 or 1. O(n).
 *
 * @param margins Shape [n]. Log-odds of tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns At least 0; log 2 for a scorer that always says one half.
 * @throws {RangeError} If lengths differ, there are none, or a value is not as described.
 * @example logLoss([0, 0], [0, 1]) // 0.6931…
 */
export function logLoss(margins: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { scores, labels: classes } = checkedScores('compute the loss', margins, labels);
  const sum = scores.reduce(
    (total, margin, i) => total + softplus(classes[i] === 1 ? -margin : margin),
    0,
  );
  return sum / scores.length;
}

/** log(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
