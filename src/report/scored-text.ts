import type { RocCurve } from '../evaluate/curves.js';
import type { Evaluation } from '../evaluate/evaluate-predictions.js';
import { evaluationText } from './evaluation-text.js';
import { type LeakageFacts, uncheckedText, withLeakage } from './leakage-text.js';

/** What is shown of a checkpoint on patches. */
interface Scored extends Evaluation, LeakageFacts {
  readonly notes: readonly string[];
}

/**
 * Figures of a checkpoint on patches: before them a leak, or that it could not be looked for; below
 * them what else a reader must know.
 *
 * @param options As of `evaluationText`.
 */
export function scoredText(
  report: Scored,
  options: { readonly roc: RocCurve | null } = { roc: null },
): string {
  const { leakage, leakage_checked, notes } = report;
  const text = [
    ...(leakage_checked ? [] : [uncheckedText, '']),
    evaluationText(report, options),
    ...(notes.length === 0 ? [] : ['']),
    ...notes.map((note) => `Note: ${note}`),
  ].join('\n');
  return withLeakage(leakage?.text ?? null, text);
}
