import type { LabelledPatch } from '../data/labels.js';
import { type BaselineComparison, compareWithBaseline } from '../evaluate/compare-with-baseline.js';
import type { Prediction } from '../evaluate/prediction.js';
import { paired, predictionsOf, type Side } from './predictions-of.js';

/** What an evaluation is compared with. */
export interface BaselineOptions {
  /** As `predictionsOf` takes it; null: no baseline. */
  readonly baseline: string | null;
  readonly labels: string;
}

/**
 * Reads a baseline's predictions, before the long work of scoring.
 *
 * @param patches What is going to be scored.
 * @throws {UserError} If there are no predictions, or they are of other patches or labels.
 */
export async function openBaseline(
  { baseline: path, labels }: BaselineOptions,
  patches: readonly LabelledPatch[],
): Promise<Side<Prediction> | null> {
  if (path === null) return null;
  const baseline = { name: path, rows: await predictionsOf(path) };
  paired({ name: labels, rows: patches }, baseline);
  return baseline;
}

/** Compares the patches' new predictions with those of the baseline; null without one. */
export async function besideBaseline(
  predictions: readonly Prediction[],
  baseline: Side<Prediction> | null,
  signal: AbortSignal,
): Promise<BaselineComparison | null> {
  if (baseline === null) return null;
  const [rows, earlier] = paired({ name: 'this evaluation', rows: predictions }, baseline);
  return compareWithBaseline(rows, earlier, baseline.name, signal);
}
