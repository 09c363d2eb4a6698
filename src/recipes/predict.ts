import { requireWritable, writeFileAtomically } from '../atomic-file.js';
import { checkpointPath } from '../checkpoint/checkpoint.js';
import { listPatches } from '../data/labels.js';
import type { EngineChoice } from '../engine/choose.js';
import type { PrecisionChoice } from '../engine/precision.js';
import { calibrated } from '../evaluate/temperature.js';
import type { TestTimeAugmentation } from '../model/d4-views.js';
import { refuseOverwriting } from '../refuse-overwriting.js';
import { type ProbabilityFormat, probabilitiesCsv } from '../report/predictions-csv.js';
import type { Terminal } from '../terminal.js';
import { openEnsemble, scoreEnsemble } from './ensemble.js';
import { startScoring } from './score-checkpoint.js';

export interface PredictOptions {
  /** A checkpoint, or a run folder: its best one. */
  readonly checkpoint: string;
  /** Further ones, whose logits are averaged with its own. */
  readonly ensemble: readonly string[];
  readonly tta: TestTimeAugmentation | null;
  readonly images: string;
  /** The CSV to write. */
  readonly out: string;
  readonly format: ProbabilityFormat;
  readonly batchSize: number;
  readonly precision: PrecisionChoice;
  readonly engine: EngineChoice;
}

/**
 * Scores every patch of a folder, in the order of their ids, into a CSV file.
 *
 * @returns How many patches were scored.
 * @throws {UserError} If a checkpoint or a patch cannot be used, the folder has none, or the CSV
 *   cannot be written.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function predict(
  options: PredictOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<number> {
  const members = await openEnsemble([options.checkpoint, ...options.ensemble]);
  const patches = await listPatches(options.images);
  const checkpoints = [options.checkpoint, ...options.ensemble].map(checkpointPath);
  const inputs = [...(await Promise.all(checkpoints)), ...patches.map(({ path }) => path)];
  await refuseOverwriting([options.out], inputs);
  await requireWritable(options.out);
  const { precision } = await startScoring(options, terminal);
  const { batchSize, tta } = options;
  const scores = await scoreEnsemble(
    members,
    patches,
    { batchSize, precision, tta },
    terminal,
    interruption,
  );
  const [only, ...others] = members;
  const temperature = others.length === 0 ? (only?.card.chosen.temperature ?? null) : null;
  const shown = calibrated(scores, temperature);
  await writeFileAtomically(options.out, [probabilitiesCsv(shown, options.format)]);
  return scores.length;
}
