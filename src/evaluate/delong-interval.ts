import { type Interval, unitInterval, z95 } from './interval.js';
import { ranksOf } from './ranks.js';
import { checkedClasses } from './scored-labels.js';

/**
 * DeLong's 95 % interval of the ROC AUC, cut to [0, 1]. It takes patches as independent: patches of
 * one slide are not, so for them it is too narrow. O(n log n) by Sun and Xu's ranks.
 *
 * Where the estimated variance is 0 (an AUC of 0 or 1, a constant scorer) there is no interval: one
 * without width would claim certainty.
 *
 * @param scores Shape [n]. Higher = tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal; at least two of each.
 * @returns Null where the variance is 0.
 * @throws {RangeError} As `rocAuc`, or if a class has a single patch (no variance there).
 * @see DeLong et al. 1988, doi:10.2307/2531595; Sun & Xu 2014, doi:10.1109/LSP.2014.2337313
 */
export function delongInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Interval<'DeLong'> | null {
  const checked = checkedClasses('compute the DeLong interval', scores, labels);
  const { positives, negatives } = checked;
  if (positives < 2 || negatives < 2) {
    throw new RangeError(
      `Cannot compute the DeLong interval: expected two patches of each class, got ${positives} positive and ${negatives} negative`,
    );
  }
  const ranks = ranksOf(checked.scores);
  const [ofPositives, ofNegatives] = [1, 0].map((label) => {
    const isOfClass = (_: number, i: number) => checked.labels[i] === label;
    const ranksWithin = ranksOf(checked.scores.filter(isOfClass));
    // how many of the other class score lower (ties count half)
    return ranks.filter(isOfClass).map((rank, i) => rank - (ranksWithin[i] as number));
  }) as [Float64Array, Float64Array];
  const auc = mean(ofPositives) / negatives;
  const variance =
    sampleVariance(ofPositives) / negatives ** 2 / positives +
    sampleVariance(ofNegatives) / positives ** 2 / negatives;
  if (variance === 0) return null;
  const half = z95 * Math.sqrt(variance);
  return unitInterval(auc - half, auc + half, 'DeLong');
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sampleVariance(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
