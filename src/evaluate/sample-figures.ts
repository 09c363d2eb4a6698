import { averagePrecisionOf } from './average-precision.js';
import { calibrationErrorOf } from './calibration-error.js';
import { interceptLineOf, slopeLineOf } from './calibration-line.js';
import type { CoarseCells } from './coarse-cells.js';
import {
  type Confusion,
  type ConfusionFigures,
  confusionFigureNames,
  confusionFigures,
} from './confusion.js';
import type { LogisticLine } from './fit-logistic.js';
import { rocAucOf } from './roc-auc.js';
import type { ScoreCells } from './score-cells.js';
import { sigmoid, softplus } from './sigmoid.js';
import type { Tally } from './tally.js';

/** Figures that need no threshold. */
export const rankingFigureNames = [
  'loss',
  'log_loss',
  'roc_auc',
  'average_precision',
  'brier',
  'ece',
  'calibration_slope',
  'calibration_intercept',
] as const;

export type RankingFigure = (typeof rankingFigureNames)[number];

/** A figure of a sample; those of a confusion with the place of their threshold: "f1@0". */
export type SampleFigure = RankingFigure | `${keyof ConfusionFigures}@${number}`;

/** Figures of a set of patches or of a resample; NaN where one has no value. */
export type SampleFigures = Readonly<Record<SampleFigure, number>>;

const fine = 1e-6; // of the calibration lines; an interval needs no more

/**
 * Prepares the figures of resamples of a tally.
 *
 * @param thresholds Scores; none lies inside a cell.
 * @param temperature What the model's margins were divided by to become the scores.
 */
export function sampleFigures(
  { cells, slotScores }: Tally,
  thresholds: readonly number[],
  temperature: number,
): (resample: ScoreCells) => SampleFigures {
  const isTumour = (slot: number) => slot >= cells.starts.length;
  // log-odds of the wrong answer
  const against = slotScores.map((score, slot) => (isTumour(slot) ? -score : score));
  const losses = against.map((score) => softplus(score * temperature));
  const logLosses = against.map(softplus);
  const squares = against.map((score) => sigmoid(score) ** 2);
  const firstCells = thresholds.map((threshold) => firstCellFrom(cells, threshold));
  const slopeLine = slopeLineOf(cells) ?? undefined;
  const interceptLine = interceptLineOf(cells) ?? undefined;
  return (resample) => ({
    loss: meanOver(resample, losses),
    log_loss: meanOver(resample, logLosses),
    roc_auc: rocAucOf(resample),
    average_precision: averagePrecisionOf(resample),
    brier: meanOver(resample, squares),
    ece: calibrationErrorOf(resample),
    calibration_slope: partOf(slopeLine && slopeLineOf(resample, slopeLine, fine), 'slope'),
    calibration_intercept: partOf(
      interceptLine && interceptLineOf(resample, interceptLine, fine),
      'intercept',
    ),
    ...Object.fromEntries(firstCells.flatMap((first, at) => figuresFrom(resample, first, at))),
  });
}

function figuresFrom(resample: ScoreCells, first: number, at: number): [SampleFigure, number][] {
  const figures = confusionFigures(confusionFrom(resample, first));
  return confusionFigureNames.map((name) => [`${name}@${at}`, figures[name] ?? Number.NaN]);
}

function partOf(line: LogisticLine | null | undefined, part: keyof LogisticLine): number {
  return line?.[part] ?? Number.NaN;
}

function meanOver({ positives, negatives }: ScoreCells, bySlot: Float64Array): number {
  const count = negatives.length;
  let [sum, patches] = [0, 0];
  for (let cell = 0; cell < count; cell++) {
    const [negative, positive] = [negatives[cell] as number, positives[cell] as number];
    sum += negative * (bySlot[cell] as number) + positive * (bySlot[count + cell] as number);
    patches += negative + positive;
  }
  return sum / patches;
}

function firstCellFrom({ starts }: CoarseCells, threshold: number): number {
  const first = starts.findIndex((start) => start >= threshold);
  return first < 0 ? starts.length : first;
}

/** What the patches of a cell and above are called tumour. */
function confusionFrom({ positives, negatives }: ScoreCells, first: number): Confusion {
  const counts = { tn: 0, fp: 0, fn: 0, tp: 0 };
  for (let cell = 0; cell < positives.length; cell++) {
    if (cell < first) {
      counts.tn += negatives[cell] as number;
      counts.fn += positives[cell] as number;
    } else {
      counts.fp += negatives[cell] as number;
      counts.tp += positives[cell] as number;
    }
  }
  return counts;
}
