import { coarseCells } from './coarse-cells.js';
import type { ScoreCells } from './score-cells.js';
import { sigmoid } from './sigmoid.js';

/** Log-odds of tumour as a line over the score: intercept + slope * score. */
export interface LogisticLine {
  readonly intercept: number;
  readonly slope: number;
}

const mostSteps = 50;
const manyCells = 10_000; // so many are fitted roughly first, on a fifth of that

/**
 * Fits a logistic line by maximum likelihood (Newton's method); what is not free stays as it starts.
 *
 * @param start Where it begins; near the end, two or three steps do.
 * @param precision The largest step that still counts as one.
 * @returns Null where there is no finite fit: a class is absent, the scores part the classes without
 *   a fault, or are all the same.
 * @see McCullagh & Nelder 1989, Generalized Linear Models
 */
export function fitLogistic(
  cells: ScoreCells,
  free: { readonly intercept: boolean; readonly slope: boolean },
  start: LogisticLine,
  precision = 1e-10,
): LogisticLine | null {
  const isLong = cells.scores.length > manyCells;
  let line = isLong
    ? (fitLogistic(coarseCells(cells, manyCells / 5, []), free, start) ?? start)
    : start;
  for (let step = 0; step < mostSteps; step++) {
    const move = newtonStep(cells, free, line);
    line = { intercept: line.intercept + move.intercept, slope: line.slope + move.slope };
    if (!Number.isFinite(line.intercept + line.slope)) return null;
    if (Math.max(Math.abs(move.intercept), Math.abs(move.slope)) < precision) return line;
  }
  return null;
}

function newtonStep(
  { scores, positives, negatives }: ScoreCells,
  free: { readonly intercept: boolean; readonly slope: boolean },
  { intercept, slope }: LogisticLine,
): LogisticLine {
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0]; // gradient and (negative) Hessian
  for (let cell = 0; cell < scores.length; cell++) {
    const [score, positive] = [scores[cell] as number, positives[cell] as number];
    const patches = positive + (negatives[cell] as number);
    const probability = sigmoid(intercept + slope * score);
    const residual = positive - patches * probability;
    const weight = patches * probability * (1 - probability);
    g0 += residual;
    g1 += residual * score;
    h00 += weight;
    h01 += weight * score;
    h11 += weight * score * score;
  }
  if (!free.slope) return { intercept: g0 / h00, slope: 0 };
  if (!free.intercept) return { intercept: 0, slope: g1 / h11 };
  const determinant = h00 * h11 - h01 * h01;
  return {
    intercept: (h11 * g0 - h01 * g1) / determinant,
    slope: (h00 * g1 - h01 * g0) / determinant,
  };
}
