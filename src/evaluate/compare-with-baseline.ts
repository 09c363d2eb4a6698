import { comparePredictions } from './compare-predictions.js';
import { delongDifference } from './delong-difference.js';
import type { GateOutcome } from './gate-outcomes.js';
import type { Interval } from './interval.js';
import type { Prediction } from './prediction.js';
import { rocAuc } from './roc-auc.js';
import { scoredPredictions } from './scored-predictions.js';

/** An evaluation beside that of an earlier model on the same patches, as it goes into JSON. */
export interface BaselineComparison {
  /** Where the baseline's predictions are from. */
  readonly path: string;
  /** Of the baseline. */
  readonly roc_auc: number | null;
  /** ROC AUC of this evaluation minus that of the baseline; null where a class is absent. */
  readonly difference: number | null;
  /** Paired: DeLong, or a cluster bootstrap where slides are known. Null: none for these patches. */
  readonly interval: Interval | null;
  /** Two-sided, of DeLong's test; null with slides, among which its patches are not independent. */
  readonly p_value: number | null;
}

/**
 * Compares the ROC AUC of a model with that of a baseline. Without slides O(n log n); with them as
 * `comparePredictions`.
 *
 * @param baseline For the same patches in the same order.
 * @throws {RangeError} If there are none.
 * @throws The signal's reason, once it is aborted.
 */
export async function compareWithBaseline(
  predictions: readonly Prediction[],
  baseline: readonly Prediction[],
  path: string,
  signal: AbortSignal,
): Promise<BaselineComparison> {
  const { patches, slides } = scoredPredictions(predictions, 1);
  if (slides !== null || Math.min(patches.positives, patches.negatives) < 2) {
    const { figures } = await comparePredictions(predictions, baseline, signal);
    const { second, difference, interval } = figures.roc_auc;
    return { path, roc_auc: second, difference, interval, p_value: null };
  }
  const { scores, labels } = scoredPredictions(baseline, 1).patches;
  const { difference, interval, p_value } = delongDifference(patches.scores, scores, labels);
  return { path, roc_auc: rocAuc(scores, labels), difference, interval, p_value };
}

/**
 * The gate of `--no-regression`: missed when the ROC AUC is significantly below the baseline's, that
 * is, when the 95 % interval of the difference lies below 0; where there is none, when it is below.
 *
 * @param rocAuc Of the evaluation that was compared.
 */
export function noRegression(rocAuc: number | null, comparison: BaselineComparison): GateOutcome {
  const { path, difference, interval } = comparison;
  const isWorse = difference === null || (interval === null ? difference : interval.high) < 0;
  const miss = `roc_auc: expected no significant regression, got ${differenceText(rocAuc, comparison)}`;
  return { name: `roc_auc no worse than that of ${path}`, miss: isWorse ? miss : null };
}

/** Both ROC AUCs, their difference, its interval and how that was made, in a line. */
export function differenceText(rocAuc: number | null, comparison: BaselineComparison): string {
  const { path, roc_auc: before, difference, interval, p_value } = comparison;
  if (rocAuc === null || before === null || difference === null) {
    return `no value for these patches to compare with "${path}"`;
  }
  const values = `${rocAuc.toFixed(4)} after ${before.toFixed(4)} of "${path}"`;
  return `${values}: difference ${signed(difference)} (${intervalText(interval, p_value)})`;
}

function intervalText(interval: Interval | null, pValue: number | null): string {
  if (interval === null) return 'no interval for these patches';
  const { low, high, method } = interval;
  const tail = pValue === null ? '' : `, p = ${pValue.toPrecision(2)}`;
  return `95 % ${signed(low)} to ${signed(high)}, paired ${method}${tail}`;
}

function signed(difference: number): string {
  return `${difference < 0 ? '' : '+'}${difference.toFixed(4)}`;
}
