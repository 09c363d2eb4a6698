import { requireWritable, writeFileAtomically } from '../../atomic-file.js';
import { UserError } from '../../errors.js';
import { differenceText, noRegression } from '../../evaluate/compare-with-baseline.js';
import type { Evaluation } from '../../evaluate/evaluate-predictions.js';
import { gateOutcomes, requireGates } from '../../evaluate/gate-outcomes.js';
import type { Gate } from '../../evaluate/gates.js';
import { junitXml } from '../../report/junit-xml.js';
import type { Terminal } from '../../terminal.js';
import type { EvaluationReport } from './evaluate.js';

/** What an evaluation must reach. */
export interface GateOptions {
  readonly gates: readonly Gate[];
  readonly baseline: string | null;
  /** Whether the ROC AUC may not be significantly below the baseline's. */
  readonly noRegression: boolean;
  /** JUnit XML to write, a test case a gate; null: none. */
  readonly junit: string | null;
}

/**
 * Sees to it, before the long work, that the gates can be held and told.
 *
 * @throws {UserError} If an option needs another that is not there, or the file cannot be written.
 */
export async function prepareGates(options: GateOptions): Promise<void> {
  const { gates, baseline, noRegression, junit } = options;
  if (noRegression && baseline === null) {
    throw new UserError(
      'Cannot use --no-regression: expected a baseline to compare with, got none; name one with --baseline',
    );
  }
  if (junit !== null && gates.length === 0 && !noRegression) {
    throw new UserError(
      `Cannot write "${junit}": expected a gate for each of its test cases, got none; add --fail-under, --fail-under-lower or --no-regression`,
    );
  }
  if (junit !== null) await requireWritable(junit);
}

/** What is held against gates: figures, and what they are figures of. */
export type GatedReport = Evaluation & Pick<EvaluationReport, 'baseline' | 'checkpoint' | 'labels'>;

/**
 * Holds an evaluation that has been told and written against its gates, all of them.
 *
 * @param seconds That the evaluation took.
 * @throws {GateError} Naming every gate that was not met, after the JUnit file has been written.
 * @throws {UserError} If that file cannot be written.
 */
export async function holdToGates(
  report: GatedReport,
  options: GateOptions,
  seconds: number,
  terminal: Terminal,
): Promise<void> {
  const { roc_auc, baseline, checkpoint, labels } = report;
  const outcomes = gateOutcomes(report, options.gates);
  if (baseline !== null) {
    terminal.note(`ROC AUC beside the baseline: ${differenceText(roc_auc, baseline)}`);
    if (options.noRegression) outcomes.push(noRegression(roc_auc, baseline));
  }
  if (options.junit !== null) {
    const name = `histo eval ${checkpoint} on ${labels}`;
    await writeFileAtomically(options.junit, [junitXml({ name, seconds, outcomes })]);
  }
  requireGates(outcomes);
}
