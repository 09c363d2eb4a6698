import { pnorm } from 'lib-r-math.js';
import { cellOf } from './coarse-cells.js';
import { placements } from './delong-interval.js';
import { type Interval, z95 } from './interval.js';
import { scoreCells } from './score-cells.js';
import { checkedClasses, type ScoredLabels } from './scored-labels.js';

/** Two ROC AUCs on the same patches. */
export interface DelongDifference {
  /** AUC of the first minus that of the second. */
  readonly difference: number;
  /** Null where the difference does not vary, as between a scorer and itself. */
  readonly interval: Interval<'DeLong'> | null;
  readonly z: number | null;
  /** Two-sided. */
  readonly p_value: number | null;
}

/**
 * DeLong's test of two ROC AUCs on the same patches, which it takes as independent of each other.
 * O(n log n).
 *
 * @param first Shape [n]. Scores; higher = tumour.
 * @param second Shape [n]. Scores of the same patches by another model.
 * @param labels Shape [n]. 1 = tumour, 0 = normal; at least two of each.
 * @throws {RangeError} As `delongInterval`.
 * @see DeLong et al. 1988, doi:10.2307/2531595
 */
export function delongDifference(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  labels: ArrayLike<number>,
): DelongDifference {
  const act = 'compare ROC AUCs';
  const [a, b] = [checkedClasses(act, first, labels), checkedClasses(act, second, labels)];
  if (Math.min(a.positives, a.negatives) < 2) {
    throw new RangeError(
      `Cannot ${act}: expected two patches of each class, got ${a.positives} positive and ${a.negatives} negative`,
    );
  }
  const [winsA, winsB] = [placementsByPatch(a), placementsByPatch(b)];
  const moments = ([1, 0] as const).map((label) =>
    momentsOfDifference(winsA, winsB, (i) => a.labels[i] === label),
  ) as [Moments, Moments];
  const [tumour, normal] = moments;
  const difference = tumour.mean;
  const deviation = Math.sqrt(tumour.variance / tumour.count + normal.variance / normal.count);
  if (deviation === 0) return { difference, interval: null, z: null, p_value: null };
  const z = difference / deviation;
  const half = z95 * deviation;
  return {
    difference,
    interval: { low: difference - half, high: difference + half, level: 0.95, method: 'DeLong' },
    z,
    p_value: 2 * pnorm(-Math.abs(z)),
  };
}

/** Of each patch, the share of the other class that it is ranked rightly against. Shape [n]. */
function placementsByPatch(patches: ScoredLabels): Float64Array {
  const cells = scoreCells(patches);
  const { ofPositives, ofNegatives } = placements(cells);
  return Float64Array.from(patches.scores, (score, i) => {
    const cell = cellOf({ ...cells, starts: cells.scores }, score);
    return (patches.labels[i] === 1 ? ofPositives : ofNegatives)[cell] as number;
  });
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

function momentsOfDifference(
  first: Float64Array,
  second: Float64Array,
  isIn: (patch: number) => boolean,
): Moments {
  const differences = first
    .map((value, i) => value - (second[i] as number))
    .filter((_, i) => isIn(i));
  const count = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, variance: squares / (count - 1) };
}
