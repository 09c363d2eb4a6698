import { coarseCells, resampledCells } from './coarse-cells.js';
import { confusionFigureNames } from './confusion.js';
import { scaleOf } from './figure-scales.js';
import type { Interval } from './interval.js';
import { intervalOfDraws } from './interval-of-draws.js';
import type { ConfusionIntervals } from './operating-point.js';
import { resample } from './resample.js';
import { type SampleFigure, type SampleFigures, sampleFigures } from './sample-figures.js';
import type { ScoreCells } from './score-cells.js';
import type { ScoredLabels } from './scored-labels.js';
import { createTally } from './tally.js';
import { type Slides, unitsOf } from './units.js';

/**
 * 95 % intervals of all figures by 2,000 resamples: of slides where they are known, else of patches.
 *
 * A resample is summed over at most some 300 cells of neighbouring scores, so that it costs much the
 * same for a thousand and for a million patches. That moves its figures by less than a thousandth;
 * only their spread is used, around the figures of the patches themselves.
 *
 * @param patches `scores` are log-odds of tumour.
 * @param cells Of the same patches.
 * @param options.thresholds Scores.
 * @param options.temperature What the model's margins were divided by to become the scores.
 * @param options.exact Figures of the patches themselves, as far as cells move them.
 * @returns Null where a figure has none; see `intervalOfDraws`.
 */
export function bootstrapIntervals(
  patches: ScoredLabels,
  cells: ScoreCells,
  options: {
    readonly slides: Slides | null;
    readonly thresholds: readonly number[];
    readonly temperature: number;
    readonly exact: Readonly<Partial<Record<SampleFigure, number | null>>>;
    readonly resamples?: number;
  },
): Readonly<Record<SampleFigure, Interval | null>> {
  const { slides, thresholds, temperature, exact, resamples } = options;
  const joinedCells = coarseCells(cells, resampledCells, thresholds);
  const units = unitsOf(patches, joinedCells, slides);
  const tally = createTally(patches, joinedCells, units);
  const ofCells = sampleFigures(tally, thresholds, temperature);
  const figuresOf = (weights: Float64Array): SampleFigures => ofCells(tally.weighted(weights));
  const resampled = resample(units, figuresOf, resamples);
  const joined = figuresOf(new Float64Array(units.count).fill(1));
  const intervals = Object.entries(resampled).map(([name, values]) => {
    const figure = name as SampleFigure;
    const value = exact[figure] ?? (joined[figure] as number);
    const options = { units: units.independent, scale: scaleOf(figure), method: units.method };
    return [figure, intervalOfDraws(values, value, options)];
  });
  return Object.fromEntries(intervals);
}

/** The intervals at the threshold of that place. */
export function intervalsAt(
  drawn: Readonly<Record<SampleFigure, Interval | null>>,
  at: number,
): ConfusionIntervals {
  const entries = confusionFigureNames.map((name) => [name, drawn[`${name}@${at}`]]);
  return Object.fromEntries(entries) as ConfusionIntervals;
}
