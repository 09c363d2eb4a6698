import type { CoarseCells } from './coarse-cells.js';
import { scaleOf } from './figure-scales.js';
import { intervalOfDraws } from './interval-of-draws.js';
import { resample } from './resample.js';
import type { ScoreCells } from './score-cells.js';
import type { ScoredLabels } from './scored-labels.js';
import { createTally } from './tally.js';
import { type Slides, unitsOf } from './units.js';

/** A 95 % band of the true positive rate. */
export interface RocBand {
  /** Shape [points]. False positive rates, rising. */
  readonly rates: readonly number[];
  /** Shape [points]. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly method: 'bootstrap' | 'cluster bootstrap';
}

const rates = Array.from({ length: 51 }, (_, at) => at / 50);

/**
 * The 95 % band of a ROC curve: at each false positive rate, the interval of the true positive rate
 * over resamples of slides or patches. It holds point by point, not for the whole curve at once.
 *
 * @param slides Null: not known.
 * @returns Null of a single slide.
 */
export function rocBand(
  patches: ScoredLabels,
  cells: CoarseCells,
  slides: Slides | null,
): RocBand | null {
  const units = unitsOf(patches, cells, slides);
  if (units.independent < 2) return null;
  const tally = createTally(patches, cells, units);
  const draws = resample(units, (weights) => truePositiveRates(tally.weighted(weights)));
  const whole = truePositiveRates(tally.weighted(new Float64Array(units.count).fill(1)));
  const intervals = rates.map((_, at) => {
    const value = whole[at] as number;
    const options = {
      units: units.independent,
      scale: scaleOf('sensitivity@0'),
      method: units.method,
    };
    const interval = intervalOfDraws(draws[at] as Float64Array, value, options);
    return interval ?? { low: value, high: value }; // 0 or 1 in every draw
  });
  return {
    rates,
    low: intervals.map(({ low }) => low),
    high: intervals.map(({ high }) => high),
    method: units.method,
  };
}

/** The true positive rate at each of `rates`, along the lines between the points of the curve. */
function truePositiveRates({ positives, negatives }: ScoreCells): Record<number, number> {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const [tumour, normal] = [sum(positives), sum(negatives)];
  const found: Record<number, number> = {};
  let [tp, fp, at] = [0, 0, 0];
  for (let cell = positives.length - 1; cell >= 0; cell--) {
    const [positive, negative] = [positives[cell] as number, negatives[cell] as number];
    for (; at < rates.length && (rates[at] as number) * normal < fp + negative; at++) {
      const way = ((rates[at] as number) * normal - fp) / negative;
      found[at] = (tp + way * positive) / tumour;
    }
    tp += positive;
    fp += negative;
  }
  for (; at < rates.length; at++) found[at] = tumour > 0 && normal > 0 ? 1 : Number.NaN;
  return found;
}
