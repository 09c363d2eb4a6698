import { checkpointPath } from '../../checkpoint/checkpoint.js';
import { refuseOverwriting } from '../../refuse-overwriting.js';
import { evaluationFiles } from '../report/write-report.js';
import { refuseRun } from '../train/run-folder.js';
import { predictionsFile } from './predictions-of.js';

/** What an evaluation reads and writes. */
export interface EvaluationPaths {
  /** Checkpoints, or run folders: their best ones. None where folds are summed up. */
  readonly checkpoints: readonly string[];
  readonly labels: string | null;
  /** As `predictionsOf` takes it; null: none. */
  readonly baseline: string | null;
  /** Folder of the report; null: none. */
  readonly out: string | null;
  /** JUnit XML; null: none. */
  readonly junit: string | null;
}

/**
 * Sees to it, before an evaluation, that what it writes replaces neither what it reads nor the figures
 * of a run.
 *
 * @throws {UserError} If it would, or a checkpoint or the baseline is not there.
 */
export async function prepareOutputs(paths: EvaluationPaths): Promise<void> {
  const { checkpoints, labels, baseline, out, junit } = paths;
  if (out !== null) refuseRun(out);
  const outputs = [...Object.values(out === null ? {} : evaluationFiles(out)), junit];
  const inputs = [
    ...(await Promise.all(checkpoints.map(checkpointPath))),
    labels,
    baseline === null ? null : await predictionsFile(baseline),
  ];
  await refuseOverwriting(outputs.filter(isPath), inputs.filter(isPath));
}

function isPath(path: string | null): path is string {
  return path !== null;
}
