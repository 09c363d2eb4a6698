import { UserError } from '../errors.js';
import type { Prediction } from './prediction.js';
import { checkedScores, type ScoredLabels } from './scored-labels.js';
import type { Slides } from './units.js';

/** Predictions as columns. */
export interface ScoredPredictions {
  /** `scores` are log-odds of tumour, after the temperature. */
  readonly patches: ScoredLabels;
  readonly slides: Slides | null;
}

/**
 * @param temperature What logits are divided by; 1: nothing.
 * @throws {RangeError} If there is no prediction.
 * @throws {UserError} If a logit is not finite: the weights have diverged.
 */
export function scoredPredictions(
  predictions: readonly Prediction[],
  temperature: number,
): ScoredPredictions {
  refuseDiverged(predictions);
  const scores = Float64Array.from(
    predictions,
    ({ logits }) => (logits[1] - logits[0]) / temperature,
  );
  const labels = Uint8Array.from(predictions, ({ label }) => label);
  return { patches: checkedScores('evaluate', scores, labels), slides: slidesOf(predictions) };
}

/** The slides of the patches by number; null unless every patch has one. */
function slidesOf(predictions: readonly Prediction[]): Slides | null {
  const numbers = new Map<string, number>();
  const of = new Int32Array(predictions.length);
  for (const [row, { group }] of predictions.entries()) {
    if (group === null) return null;
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    of[row] = number;
  }
  return { of, count: numbers.size };
}

function refuseDiverged(predictions: readonly Prediction[]): void {
  const diverged = predictions.find(({ logits }) => !logits.every(Number.isFinite));
  if (diverged === undefined) return;
  throw new UserError(
    `Cannot evaluate patch "${diverged.id}": expected finite logits, got ${diverged.logits.join(' and ')}; the weights have diverged: train with a lower --max-lr`,
  );
}
