import type { ScoreCells } from './score-cells.js';
import type { ScoredLabels } from './scored-labels.js';

/** To how many cells patches are joined before they are resampled. */
export const resampledCells = 300;

/** Cells of neighbouring scores, few enough to be gone through some thousand times. */
export interface CoarseCells extends ScoreCells {
  /** Shape [cells]. The lowest score in each; `scores` are the means. */
  readonly starts: Float64Array;
}

/**
 * Joins neighbouring cells until at most some `most` are left, of about equal mass. No cell lies on
 * both sides of a threshold. Where there are few cells already, each stays as it is.
 *
 * @param thresholds Scores.
 */
export function coarseCells(
  { scores, positives, negatives }: ScoreCells,
  most: number,
  thresholds: readonly number[],
): CoarseCells {
  const massOf = (i: number) => (positives[i] as number) + (negatives[i] as number);
  const total = scores.reduce((sum, _, i) => sum + massOf(i), 0);
  const full = scores.length <= most ? 0 : total / most;
  const isCrossed = (from: number, to: number) => thresholds.some((at) => from < at && at <= to);
  const ends: number[] = [];
  let mass = 0;
  for (let i = 0; i < scores.length; i++) {
    mass += massOf(i);
    const next = scores[i + 1] ?? Number.POSITIVE_INFINITY;
    if (mass < full && i + 1 < scores.length && !isCrossed(scores[i] as number, next)) continue;
    ends.push(i + 1);
    mass = 0;
  }
  const joined = (figure: (from: number, to: number) => number) =>
    Float64Array.from(ends, (end, cell) => figure(ends[cell - 1] ?? 0, end));
  const sumOf = (valueAt: (i: number) => number, from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += valueAt(i);
    return sum;
  };
  return {
    starts: joined((from) => scores[from] as number),
    scores: joined(
      (from, to) =>
        sumOf((i) => (scores[i] as number) * massOf(i), from, to) / sumOf(massOf, from, to),
    ),
    positives: joined((from, to) => sumOf((i) => positives[i] as number, from, to)),
    negatives: joined((from, to) => sumOf((i) => negatives[i] as number, from, to)),
  };
}

/** The cell that a score of the set lies in. O(log cells). */
export function cellOf({ starts }: CoarseCells, score: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= score) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The slot of each patch: its cell and its class, those of normal tissue first, then those of tumour.
 * Shape [n].
 */
export function slotsOf({ scores, labels }: ScoredLabels, cells: CoarseCells): Int32Array {
  const count = cells.starts.length;
  return Int32Array.from(
    scores,
    (score, i) => cellOf(cells, score) + count * (labels[i] as number),
  );
}
