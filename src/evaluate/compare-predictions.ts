import { coarseCells, resampledCells } from './coarse-cells.js';
import { confusionFigureNames } from './confusion.js';
import { type DelongDifference, delongDifference } from './delong-difference.js';
import {
  type Evaluation,
  evaluatePredictions,
  type FigureName,
  figureNames,
} from './evaluate-predictions.js';
import { plainScale } from './figure-scales.js';
import type { Interval } from './interval.js';
import { intervalOfDraws } from './interval-of-draws.js';
import { type McNemar, mcnemar } from './mcnemar.js';
import type { Prediction } from './prediction.js';
import { type FiguresOf, resampleInTurns } from './resample.js';
import { type SampleFigure, type SampleFigures, sampleFigures } from './sample-figures.js';
import { scoreCells } from './score-cells.js';
import { type ScoredPredictions, scoredPredictions } from './scored-predictions.js';
import { createTally } from './tally.js';
import { singlePatches, slideUnits } from './units.js';

/**
 * The figures that two models are compared by: all but the loss of logits before a temperature, which
 * predictions do not tell.
 */
export type ComparedFigure = Exclude<FigureName, 'loss'>;

const comparedFigures = figureNames.filter((name): name is ComparedFigure => name !== 'loss');

/** A figure of two models on the same patches. */
export interface FigureDifference {
  readonly first: number | null;
  readonly second: number | null;
  /** First minus second. */
  readonly difference: number | null;
  readonly interval: Interval | null;
}

/** Two models on the same patches. */
export interface Comparison {
  readonly examples: number;
  readonly positives: number;
  readonly negatives: number;
  readonly groups: number | null;
  readonly figures: { readonly [Name in ComparedFigure]: FigureDifference };
  /** Null where a class has fewer than two patches. It takes patches as independent. */
  readonly delong: DelongDifference | null;
  /** Of the answers at probability 0.5. */
  readonly mcnemar: McNemar;
  readonly evaluations: readonly [first: Evaluation, second: Evaluation];
}

/**
 * Compares two models: every figure of both, and the difference with a paired interval, for which both
 * are resampled together: by whole slides where they are known. Without slides a resample costs O(n):
 * 32,768 patches take some seven seconds, of 400 slides three.
 *
 * @param first Predictions of the first model.
 * @param second Of the second, for the same patches in the same order.
 * @throws {RangeError} If patches or labels differ, or there are none.
 * @throws The signal's reason, once it is aborted.
 */
export async function comparePredictions(
  first: readonly Prediction[],
  second: readonly Prediction[],
  signal: AbortSignal,
): Promise<Comparison> {
  refuseOthers(first, second);
  const evaluations = [evaluatePredictions(first), evaluatePredictions(second)] as const;
  const [a, b] = [scoredPredictions(first, 1), scoredPredictions(second, 1)];
  const intervals = await differenceIntervals(a, b, evaluations, signal);
  const { examples, positives, negatives, groups } = evaluations[0];
  const figures = comparedFigures.map((name) => {
    const [one, other] = [evaluations[0][name], evaluations[1][name]];
    const difference = one === null || other === null ? null : one - other;
    return [name, { first: one, second: other, difference, interval: intervals[name] ?? null }];
  });
  return {
    examples,
    positives,
    negatives,
    groups,
    figures: Object.fromEntries(figures) as Comparison['figures'],
    delong:
      Math.min(positives, negatives) < 2
        ? null
        : delongDifference(a.patches.scores, b.patches.scores, a.patches.labels),
    mcnemar: mcnemar(rightAnswers(a), rightAnswers(b)),
    evaluations,
  };
}

function refuseOthers(first: readonly Prediction[], second: readonly Prediction[]): void {
  const other = first.findIndex(
    ({ id, label }, row) => id !== second[row]?.id || label !== second[row]?.label,
  );
  if (other < 0 && first.length === second.length) return;
  throw new RangeError(
    `Cannot compare predictions: expected the same patches and labels in the same order, got others${other < 0 ? '' : ` from "${first[other]?.id}" on`}`,
  );
}

function rightAnswers({ patches: { scores, labels } }: ScoredPredictions): boolean[] {
  return Array.from(scores, (score, i) => (score >= 0 ? 1 : 0) === labels[i]);
}

/** Paired intervals: both models are scored on the same draws. */
async function differenceIntervals(
  first: ScoredPredictions,
  second: ScoredPredictions,
  evaluations: readonly [Evaluation, Evaluation],
  signal: AbortSignal,
): Promise<Readonly<Partial<Record<ComparedFigure, Interval | null>>>> {
  const count = first.patches.labels.length;
  const units = first.slides === null ? singlePatches(count) : slideUnits(first.slides);
  const [ofFirst, ofSecond] = [first, second].map(({ patches }) => {
    const tally = createTally(
      patches,
      coarseCells(scoreCells(patches), resampledCells, [0]),
      units,
    );
    const figuresOf = sampleFigures(tally, [0], 1);
    return (weights: Float64Array) => figuresOf(tally.weighted(weights));
  }) as [FiguresOf<SampleFigure>, FiguresOf<SampleFigure>];
  const differencesOf = (weights: Float64Array) => {
    const [a, b] = [ofFirst(weights), ofSecond(weights)];
    const names = Object.keys(a) as SampleFigure[];
    const differences = names.map((name) => [name, (a[name] as number) - (b[name] as number)]);
    return Object.fromEntries(differences) as SampleFigures;
  };
  const draws = await resampleInTurns(units, differencesOf, signal);
  const intervals = comparedFigures.map((name) => {
    const [a, b] = [evaluations[0][name], evaluations[1][name]];
    if (a === null || b === null) return [name, null];
    const options = { units: units.independent, scale: plainScale, method: units.method };
    return [name, intervalOfDraws(draws[sampleName(name)] as Float64Array, a - b, options)];
  });
  return Object.fromEntries(intervals);
}

function sampleName(name: ComparedFigure): SampleFigure {
  const atHalf = confusionFigureNames.find((figure) => figure === name);
  return atHalf === undefined ? (name as SampleFigure) : `${atHalf}@0`;
}
