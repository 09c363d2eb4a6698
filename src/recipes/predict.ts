import { writeFileAtomically } from '../atomic-file.js';
import { loadCheckpoint } from '../checkpoint/checkpoint.js';
import { listPatches } from '../data/labels.js';
import { type EngineChoice, startEngine } from '../engine/choose.js';
import { modelFromState } from '../model/model.js';
import { type ProbabilityFormat, probabilitiesCsv } from '../report/predictions-csv.js';
import { scoringProgress } from '../report/scoring-progress.js';
import type { Terminal } from '../terminal.js';
import { scorePatches } from './score-patches.js';

export interface PredictOptions {
  /** A checkpoint, or a run folder: its best one. */
  readonly checkpoint: string;
  readonly images: string;
  /** The CSV to write. */
  readonly out: string;
  readonly format: ProbabilityFormat;
  readonly batchSize: number;
  readonly engine: EngineChoice;
}

/**
 * Scores every patch of a folder, in the order of their ids, into a CSV file.
 *
 * @returns How many patches were scored.
 * @throws {UserError} If the checkpoint or a patch cannot be used, or the folder has none.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function predict(
  options: PredictOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<number> {
  const { state, card } = await loadCheckpoint(options.checkpoint);
  const patches = await listPatches(options.images);
  await startEngine(options.engine, terminal);
  const model = modelFromState(card.architecture, state);
  const progress = scoringProgress(terminal, patches.length);
  try {
    const scores = await scorePatches(model, patches, {
      batchSize: options.batchSize,
      cropPx: card.preprocessing.cropPx,
      channels: card.preprocessing.channels,
      signal: interruption,
      onNotice: terminal.note,
      onProgress: progress.update,
    });
    await writeFileAtomically(options.out, [probabilitiesCsv(scores, options.format)]);
    return scores.length;
  } finally {
    progress.stop();
    model.dispose();
  }
}
