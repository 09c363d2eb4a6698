import { type CoarseCells, coarseCells } from './coarse-cells.js';
import type { Prediction } from './prediction.js';
import { type ReliabilityBin, reliabilityBins } from './reliability-bins.js';
import { type RocBand, rocBand } from './roc-band.js';
import { type ScoreCells, scoreCells } from './score-cells.js';
import { scoredPredictions } from './scored-predictions.js';
import { sigmoid } from './sigmoid.js';

/** What plots show of scored patches; plain numbers. */
export interface Curves {
  /** From (0, 0) to (1, 1). Null where a class is absent. */
  readonly roc: RocCurve | null;
  /** From the highest threshold to the lowest. Null without tumour. */
  readonly precision_recall: PrecisionRecallCurve | null;
  /** Bins of equal mass, by probability. */
  readonly reliability: readonly ReliabilityBin[];
  readonly histogram: ScoreHistogram;
}

export interface RocCurve {
  /** Shape [points], rising. */
  readonly false_positive_rate: readonly number[];
  /** Shape [points], rising. */
  readonly true_positive_rate: readonly number[];
  /** Null of a single slide. */
  readonly band: RocBand | null;
}

export interface PrecisionRecallCurve {
  /** Shape [points], rising. */
  readonly recall: readonly number[];
  readonly precision: readonly number[];
}

export interface ScoreHistogram {
  /** Shape [bins + 1], probabilities from 0 to 1. */
  readonly edges: readonly number[];
  /** Shape [bins], patches. */
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

const mostPoints = 400; // of a curve; more are not seen
const histogramBins = 20;

/**
 * The curves of predictions, with few enough points to draw: those that are left out lie between
 * neighbours.
 *
 * @param predictions At least one; their logits are those of the model.
 * @param temperature What logits are divided by; null: nothing.
 * @throws {RangeError} If there is none.
 */
export function curvesOf(
  predictions: readonly Prediction[],
  temperature: number | null = null,
): Curves {
  const { patches, slides } = scoredPredictions(predictions, temperature ?? 1);
  const cells = scoreCells(patches);
  const few = coarseCells(cells, mostPoints, []);
  const hasBoth = patches.positives > 0 && patches.negatives > 0;
  return {
    roc: hasBoth ? { ...rocPoints(few), band: rocBand(patches, few, slides) } : null,
    precision_recall: patches.positives > 0 ? precisionRecallPoints(few) : null,
    reliability: reliabilityBins(patches, cells, slides),
    histogram: histogramOf(cells),
  };
}

/** The counts of patches that reach each cell's lowest score, from the highest cell down. */
function countsFromAbove({ positives, negatives }: CoarseCells) {
  const counts = [{ tp: 0, fp: 0 }];
  let [tp, fp] = [0, 0];
  for (let cell = positives.length - 1; cell >= 0; cell--) {
    tp += positives[cell] as number;
    fp += negatives[cell] as number;
    counts.push({ tp, fp });
  }
  return counts;
}

function rocPoints(cells: CoarseCells) {
  const counts = countsFromAbove(cells);
  const all = counts.at(-1) as { tp: number; fp: number };
  return {
    false_positive_rate: counts.map(({ fp }) => fp / all.fp),
    true_positive_rate: counts.map(({ tp }) => tp / all.tp),
  };
}

function precisionRecallPoints(cells: CoarseCells): PrecisionRecallCurve {
  const [, ...counts] = countsFromAbove(cells); // no precision where nothing is called tumour
  const tumour = counts.at(-1)?.tp as number;
  return {
    recall: counts.map(({ tp }) => tp / tumour),
    precision: counts.map(({ tp, fp }) => tp / (tp + fp)),
  };
}

function histogramOf({ scores, positives, negatives }: ScoreCells): ScoreHistogram {
  const [tumour, normal] = [new Array(histogramBins).fill(0), new Array(histogramBins).fill(0)];
  for (const [cell, score] of scores.entries()) {
    const bin = Math.min(histogramBins - 1, Math.floor(sigmoid(score) * histogramBins));
    tumour[bin] += positives[cell];
    normal[bin] += negatives[cell];
  }
  const edges = Array.from({ length: histogramBins + 1 }, (_, edge) => edge / histogramBins);
  return { edges, positives: tumour, negatives: normal };
}
