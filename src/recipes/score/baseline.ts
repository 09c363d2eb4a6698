import type { LabelledPatch } from '../../data/labels.js';
import {
  type BaselineComparison,
  compareWithBaseline,
} from '../../evaluate/compare-with-baseline.js';
import type { Prediction } from '../../evaluate/prediction.js';
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
 * @param skipped Patches that are left out; what the baseline says of them does not count.
 * @throws {UserError} If there are no predictions, or they are of other patches or labels.
 */
export async function openBaseline(
  { baseline: path, labels }: BaselineOptions,
  patches: readonly LabelledPatch[],
  skipped: readonly Pick<Prediction, 'id'>[],
): Promise<Side<Prediction> | null> {
  if (path === null) return null;
  const baseline = withoutIds({ name: path, rows: await predictionsOf(path) }, skipped);
  paired({ name: labels, rows: patches }, baseline);
  return baseline;
}

/**
 * Compares the patches' new predictions with those of the baseline; null without one.
 *
 * @param skipped As of `openBaseline`, with those that went bad since.
 */
export async function besideBaseline(
  predictions: readonly Prediction[],
  baseline: Side<Prediction> | null,
  skipped: readonly Pick<Prediction, 'id'>[],
  signal: AbortSignal,
): Promise<BaselineComparison | null> {
  if (baseline === null) return null;
  const usable = withoutIds(baseline, skipped);
  const [rows, earlier] = paired({ name: 'this evaluation', rows: predictions }, usable);
  return compareWithBaseline(rows, earlier, baseline.name, signal);
}

function withoutIds(
  { name, rows }: Side<Prediction>,
  skipped: readonly Pick<Prediction, 'id'>[],
): Side<Prediction> {
  const ids = new Set(skipped.map(({ id }) => id));
  return { name, rows: rows.filter(({ id }) => !ids.has(id)) };
}
