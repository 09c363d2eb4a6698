import type { Prediction } from './prediction.js';

/** A patch and what two models said of it. */
export interface Disagreement {
  readonly id: string;
  /** 1 = tumour, 0 = normal. */
  readonly label: 0 | 1;
  readonly group: string | null;
  /** Probabilities of tumour, in [0, 1]. */
  readonly first: number;
  readonly second: number;
}

/**
 * The patches whose probability of tumour differs most between two models, the largest difference
 * first; equal ones in the order of the patches. O(n log n).
 *
 * @param first Predictions of the first model.
 * @param second Of the second, for the same patches in the same order.
 * @param count How many at most; patches without a difference are left out.
 */
export function largestDisagreements(
  first: readonly Prediction[],
  second: readonly Prediction[],
  count: number,
): Disagreement[] {
  return first
    .map(({ id, label, group, probability }, row) => {
      return { id, label, group, first: probability, second: second[row]?.probability as number };
    })
    .filter((patch) => patch.first !== patch.second)
    .sort((a, b) => Math.abs(b.first - b.second) - Math.abs(a.first - a.second))
    .slice(0, count);
}
