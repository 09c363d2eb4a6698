import { averagePrecisionOf } from './average-precision.js';
import { bootstrapIntervals, intervalsAt } from './bootstrap-intervals.js';
import { type Calibration, type CalibrationFigures, calibrationFigures } from './calibration.js';
import { type Confusion, type ConfusionFigures, confusionFigureNames } from './confusion.js';
import { delongIntervalOf } from './delong-interval.js';
import type { Interval } from './interval.js';
import { logLossOf } from './log-loss.js';
import { type OperatingPoint, oneHalf, operatingPoint, type Threshold } from './operating-point.js';
import type { Prediction } from './prediction.js';
import { rocAuc, rocAucOf } from './roc-auc.js';
import { rankingFigureNames } from './sample-figures.js';
import { type ScoreCells, scoreCells } from './score-cells.js';
import type { ScoredLabels } from './scored-labels.js';
import { scoredPredictions } from './scored-predictions.js';

/** The figures that carry an interval, in their order. */
export const figureNames = [
  'loss',
  'log_loss',
  'roc_auc',
  'average_precision',
  'accuracy',
  'balanced_accuracy',
  'sensitivity',
  'specificity',
  'precision',
  'f1',
  'mcc',
  'brier',
  'ece',
  'calibration_slope',
  'calibration_intercept',
] as const;

export type FigureName = (typeof figureNames)[number];

/** Figures over a set of patches, as they go into JSON. Null: there is no value for these patches. */
export interface Evaluation extends ConfusionFigures, CalibrationFigures {
  readonly examples: number;
  readonly positives: number;
  readonly negatives: number;
  /** How many slides (groups) the patches are of; null: not known. */
  readonly groups: number | null;
  /** Mean cross-entropy of the model's logits, in nats. */
  readonly loss: number;
  /** Ranked by logit_1 - logit_0: the order of the probabilities, without their rounding to 1. */
  readonly roc_auc: number | null;
  /** Ranked by the logit of class 1 alone, as the original of the reference recipe did. */
  readonly roc_auc_logit_1: number | null;
  readonly average_precision: number | null;
  /** At probability 0.5, which itself is called tumour. */
  readonly confusion: Confusion;
  /** By figure. Null: none, such as that of an AUC of 1, whose variance is 0. */
  readonly intervals: { readonly [Name in FigureName]: Interval | null };
  /** The first is 0.5. */
  readonly operating_points: readonly OperatingPoint[];
  /** What the checkpoint's temperature changed; null: it has none. */
  readonly calibration: Calibration | null;
}

/** What an evaluation takes besides the predictions. */
export interface EvaluationOptions {
  /** Thresholds beside 0.5. */
  readonly thresholds?: readonly Threshold[];
  /** What logits are divided by, fitted on other patches; null: nothing. */
  readonly temperature?: number | null;
}

/**
 * All figures of a set of predictions, with intervals: by whole slides where every patch has one.
 * O(n log n); a million patches take some two seconds.
 *
 * @param predictions At least one; their logits are those of the model, before any temperature.
 * @throws {RangeError} If there is none.
 * @throws {UserError} If a logit is not finite: the weights have diverged.
 */
export function evaluatePredictions(
  predictions: readonly Prediction[],
  { thresholds = [], temperature = null }: EvaluationOptions = {},
): Evaluation {
  const divisor = temperature ?? 1;
  const { patches, slides } = scoredPredictions(predictions, divisor);
  const { scores, labels } = patches;
  const cells = scoreCells(patches);
  const unscaled = { ...cells, scores: cells.scores.map((score) => score * divisor) };
  const points = [oneHalf, ...thresholds];
  const exact = { loss: logLossOf(unscaled), ...rankingFigures(patches, cells, predictions) };
  const calibrated = calibrationFigures(cells);
  const drawn = bootstrapIntervals(patches, cells, {
    slides,
    thresholds: points.map(({ margin }) => margin / divisor),
    temperature: divisor,
    exact: { ...exact, ...calibrated },
  });
  const operatingPoints = points.map((point, at) => {
    const options = { temperature: divisor, isClustered: slides !== null };
    return operatingPoint(point, scores, labels, { ...options, drawn: intervalsAt(drawn, at) });
  });
  const atHalf = operatingPoints[0] as OperatingPoint;
  return {
    examples: labels.length,
    positives: patches.positives,
    negatives: patches.negatives,
    groups: slides?.count ?? null,
    ...exact,
    ...calibrated,
    ...pick(atHalf, confusionFigureNames),
    confusion: atHalf.confusion,
    intervals: {
      ...pick(drawn, rankingFigureNames),
      ...atHalf.intervals,
      ...(slides === null && { roc_auc: delongIntervalOf(cells) }),
    },
    operating_points: operatingPoints,
    calibration:
      temperature === null
        ? null
        : { temperature, before: calibrationFigures(unscaled), after: calibrated },
  };
}

/** Null where a class is absent. */
function rankingFigures(
  { labels, positives, negatives }: ScoredLabels,
  cells: ScoreCells,
  predictions: readonly Prediction[],
) {
  if (positives === 0 || negatives === 0) {
    return { roc_auc: null, roc_auc_logit_1: null, average_precision: null };
  }
  const tumourLogits = Float64Array.from(predictions, ({ logits }) => logits[1]);
  return {
    roc_auc: rocAucOf(cells),
    roc_auc_logit_1: rocAuc(tumourLogits, labels),
    average_precision: averagePrecisionOf(cells),
  };
}

function pick<T, Name extends keyof T>(figures: T, names: readonly Name[]): Pick<T, Name> {
  return Object.fromEntries(names.map((name) => [name, figures[name]])) as Pick<T, Name>;
}
