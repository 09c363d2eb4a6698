import { type ScoreCells, scoreCells } from './score-cells.js';
import { checkedScores } from './scored-labels.js';
import { sigmoid } from './sigmoid.js';

/** Bins of equal mass by probability; each array has one value a bin. */
export interface CalibrationBins {
  /** Patches in each bin; they differ by rounding alone. */
  readonly patches: Float64Array;
  /** Mean probability of tumour. */
  readonly probability: Float64Array;
  /** Share of tumour. */
  readonly share: Float64Array;
}

/** How many bins the expected calibration error has. */
export const calibrationBinCount = 15;

/**
 * Cuts patches, in the order of their scores, into bins of equal mass. Where tied patches lie on the
 * border of two bins, each bin takes its part of them, with the tie's share of tumour: the order of
 * the patches makes no difference.
 *
 * @param cells By log-odds of tumour.
 */
export function calibrationBins(
  { scores, positives, negatives }: ScoreCells,
  bins = calibrationBinCount,
): CalibrationBins {
  let total = 0;
  for (let cell = 0; cell < scores.length; cell++) {
    total += (positives[cell] as number) + (negatives[cell] as number);
  }
  const patches = new Float64Array(bins).fill(total / bins);
  const [probability, share] = [new Float64Array(bins), new Float64Array(bins)];
  let [bin, room] = [0, total / bins];
  for (let cell = 0; cell < scores.length; cell++) {
    let left = (positives[cell] as number) + (negatives[cell] as number);
    if (left === 0) continue;
    const [said, tumour] = [sigmoid(scores[cell] as number), (positives[cell] as number) / left];
    while (left > 0) {
      const isLast = bin === bins - 1; // which takes what rounding leaves
      const taken = isLast ? left : Math.min(left, room);
      probability[bin] = (probability[bin] as number) + taken * said;
      share[bin] = (share[bin] as number) + taken * tumour;
      left -= taken;
      room -= taken;
      if (room <= 0 && !isLast) [bin, room] = [bin + 1, total / bins];
    }
  }
  for (let at = 0; at < bins; at++) {
    probability[at] = ((probability[at] as number) * bins) / total;
    share[at] = ((share[at] as number) * bins) / total;
  }
  return { patches, probability, share };
}

/**
 * Expected calibration error: how far the share of tumour is from the mean probability, on average
 * over 15 bins of equal mass. It is biased upward where bins hold few patches. O(n log n).
 *
 * @param margins Shape [n]. Log-odds of tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal.
 * @returns In [0, 1].
 * @throws {RangeError} If lengths differ, there are none, or a value is not as described.
 * @see Nixon et al. 2019, arXiv:1904.01685 (bins of equal mass)
 */
export function expectedCalibrationError(
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
): number {
  const checked = checkedScores('compute the calibration error', margins, labels);
  return calibrationErrorOf(scoreCells(checked));
}

/** The same of cells. */
export function calibrationErrorOf(cells: ScoreCells): number {
  const { probability, share } = calibrationBins(cells);
  let sum = 0;
  for (let bin = 0; bin < share.length; bin++) {
    sum += Math.abs((share[bin] as number) - (probability[bin] as number));
  }
  return sum / share.length;
}
