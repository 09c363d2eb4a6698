import { type CalibrationBins, calibrationBins } from './calibration-error.js';
import { coarseCells, resampledCells } from './coarse-cells.js';
import { scaleOf } from './figure-scales.js';
import type { Interval } from './interval.js';
import { intervalOfDraws } from './interval-of-draws.js';
import { resample } from './resample.js';
import type { ScoreCells } from './score-cells.js';
import type { ScoredLabels } from './scored-labels.js';
import { createTally } from './tally.js';
import { type Slides, slideUnits } from './units.js';
import { wilsonInterval } from './wilson-interval.js';

/** Patches of about the same probability. */
export interface ReliabilityBin {
  /** Mean probability of tumour in the bin. */
  readonly probability: number;
  /** Share of tumour in the bin. */
  readonly share: number;
  /** By slides where they are known, else Wilson's; null where there is none. */
  readonly interval: Interval | null;
  /** Patches in the bin; a part of a patch where tied scores lie on the border of two bins. */
  readonly patches: number;
}

const bins = 10;
/**
 * Bins of equal mass by probability, with the share of tumour in each.
 *
 * @param patches `scores` are log-odds of tumour.
 * @param cells Of the same patches.
 * @param slides Null: not known.
 */
export function reliabilityBins(
  patches: ScoredLabels,
  cells: ScoreCells,
  slides: Slides | null,
): ReliabilityBin[] {
  const found = calibrationBins(cells, bins);
  const intervals =
    slides === null ? wilsonIntervals(found) : slideIntervals(patches, cells, slides, found);
  return intervals.map((interval, bin) => ({
    probability: found.probability[bin] as number,
    share: found.share[bin] as number,
    interval,
    patches: found.patches[bin] as number,
  }));
}

function wilsonIntervals({ share, patches }: CalibrationBins): Interval[] {
  return Array.from(share, (value, bin) => {
    const trials = Math.max(1, Math.round(patches[bin] as number));
    return wilsonInterval(Math.round(value * trials), trials);
  });
}

/** The bins are cut anew in each draw of slides. */
function slideIntervals(
  patches: ScoredLabels,
  cells: ScoreCells,
  slides: Slides,
  { share }: CalibrationBins,
): (Interval | null)[] {
  const units = slideUnits(slides);
  const tally = createTally(patches, coarseCells(cells, resampledCells, []), units);
  const draws = resample(units, (weights): Record<number, number> => {
    const drawn = calibrationBins(tally.weighted(weights), bins);
    return Object.fromEntries(drawn.share.entries());
  });
  const options = {
    units: units.independent,
    scale: scaleOf('sensitivity@0'),
    method: units.method,
  };
  return Array.from(share, (value, bin) =>
    intervalOfDraws(draws[bin] as Float64Array, value, options),
  );
}
