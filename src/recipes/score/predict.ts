import { requireWritable, writeFileAtomically } from '../../atomic-file.js';
import { checkpointPath } from '../../checkpoint/checkpoint.js';
import { BadPatches, type OnBadPatch } from '../../data/bad-patches.js';
import { listPatches } from '../../data/labels.js';
import { typicalPatch } from '../../data/typical-patch.js';
import type { ScoringEngineChoice } from '../../engine/choose.js';
import type { PrecisionChoice } from '../../engine/precision.js';
import { calibrated } from '../../evaluate/temperature.js';
import type { TestTimeAugmentation } from '../../model/d4-views.js';
import { refuseOverwriting } from '../../refuse-overwriting.js';
import { type ProbabilityFormat, probabilitiesCsv } from '../../report/predictions-csv.js';
import type { Terminal } from '../../terminal.js';
import { openEnsemble, scoreEnsemble } from './ensemble.js';
import { startScoring } from './start-scoring.js';

export interface PredictOptions {
  /** A checkpoint, a run folder: its best one, or an exported file. */
  readonly checkpoint: string;
  /** Further ones, whose logits are averaged with its own. */
  readonly ensemble: readonly string[];
  readonly tta: TestTimeAugmentation | null;
  readonly images: string;
  readonly onBadPatch: OnBadPatch;
  /** The CSV to write. */
  readonly out: string;
  readonly format: ProbabilityFormat;
  readonly batchSize: number;
  readonly precision: PrecisionChoice;
  readonly engine: ScoringEngineChoice;
}

/**
 * Scores every patch of a folder, in the order of their ids, into a CSV file; those that are left out
 * because they cannot be used have no row.
 *
 * @returns How many patches were scored, and how many left out; each of these is told.
 * @throws {UserError} If a checkpoint or a patch cannot be used, the folder has none, or the CSV
 *   cannot be written.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function predict(
  options: PredictOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<{ readonly scored: number; readonly skipped: number }> {
  const members = await openEnsemble([options.checkpoint, ...options.ensemble]);
  const patches = await listPatches(options.images);
  const checkpoints = [options.checkpoint, ...options.ensemble].map(checkpointPath);
  const inputs = [...(await Promise.all(checkpoints)), ...patches.map(({ path }) => path)];
  await refuseOverwriting([options.out], inputs);
  await requireWritable(options.out);
  const { batchSize, tta, onBadPatch } = options;
  const total = patches.length;
  const bad = new BadPatches({ onBadPatch, total, onNotice: terminal.note });
  const like = await typicalPatch(patches, bad.leaveOut, interruption);
  const { engine, precision } = await startScoring(members, options, terminal);
  const reading = { ...(like && { like }), onBadPatch: bad.leaveOut };
  const scoring = { ...reading, batchSize, engine, precision, tta };
  const scores = await scoreEnsemble(members, patches, scoring, terminal, interruption);
  const [only, ...others] = members;
  const temperature = others.length === 0 ? (only?.card.chosen.temperature ?? null) : null;
  const shown = calibrated(scores, temperature);
  await writeFileAtomically(options.out, [probabilitiesCsv(shown, options.format)]);
  return { scored: scores.length, skipped: bad.skipped.length };
}
