import { type Interval, unitInterval, z95 } from './interval.js';
import { type ScoreCells, scoreCells } from './score-cells.js';
import { checkedClasses } from './scored-labels.js';

/**
 * DeLong's 95 % interval of the ROC AUC, cut to [0, 1]. It takes patches as independent: patches of
 * one slide are not, so for them it is too narrow. O(n log n).
 *
 * Where the estimated variance is 0 (an AUC of 0 or 1, a constant scorer) there is no interval: one
 * without width would claim certainty.
 *
 * @param scores Shape [n]. Higher = tumour.
 * @param labels Shape [n]. 1 = tumour, 0 = normal; at least two of each.
 * @returns Null where the variance is 0.
 * @throws {RangeError} As `rocAuc`, or if a class has a single patch (no variance there).
 * @see DeLong et al. 1988, doi:10.2307/2531595
 */
export function delongInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Interval<'DeLong'> | null {
  const checked = checkedClasses('compute the DeLong interval', scores, labels);
  const { positives, negatives } = checked;
  if (positives >= 2 && negatives >= 2) return delongIntervalOf(scoreCells(checked));
  throw new RangeError(
    `Cannot compute the DeLong interval: expected two patches of each class, got ${positives} positive and ${negatives} negative`,
  );
}

/** The same of cells; null too where a class has fewer than two patches. */
export function delongIntervalOf(cells: ScoreCells): Interval<'DeLong'> | null {
  const wins = placements(cells);
  const tumour = momentsOf(wins.ofPositives, cells.positives);
  const normal = momentsOf(wins.ofNegatives, cells.negatives);
  if (tumour.patches < 2 || normal.patches < 2) return null;
  const variance = tumour.variance / tumour.patches + normal.variance / normal.patches;
  if (variance === 0) return null;
  const half = z95 * Math.sqrt(variance);
  return unitInterval(tumour.mean - half, tumour.mean + half, 'DeLong');
}

/** For each cell the share of the other class that a patch in it is ranked rightly against. */
export interface Placements {
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
}

/** The placement values of DeLong; ties count half. O(cells). */
export function placements({ positives, negatives }: ScoreCells): Placements {
  const count = positives.length;
  const ofPositives = new Float64Array(count);
  const ofNegatives = new Float64Array(count);
  let [normal, tumour] = [0, 0];
  for (let cell = 0; cell < count; cell++) {
    const [positive, negative] = [positives[cell] as number, negatives[cell] as number];
    ofPositives[cell] = normal + negative / 2;
    ofNegatives[cell] = tumour + positive / 2; // of those ranked wrongly, turned below
    normal += negative;
    tumour += positive;
  }
  return {
    ofPositives: ofPositives.map((won) => won / normal),
    ofNegatives: ofNegatives.map((lost) => 1 - lost / tumour),
  };
}

/** Mean and sample variance of values, each of which occurs so many times. */
function momentsOf(values: Float64Array, times: Float64Array) {
  let [patches, sum, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    patches += times[i] as number;
    sum += (values[i] as number) * (times[i] as number);
  }
  const mean = sum / patches;
  for (let i = 0; i < values.length; i++) {
    squares += ((values[i] as number) - mean) ** 2 * (times[i] as number);
  }
  return { patches, mean, variance: squares / (patches - 1) };
}
