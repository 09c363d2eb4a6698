import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { BatchSource, Reading } from '../data/batches.js';
import { type Engine, type EngineChoice, startEngine } from '../engine/choose.js';
import { choosePrecision, type Precision, type PrecisionChoice } from '../engine/precision.js';
import type { TestTimeAugmentation } from '../model/d4-views.js';
import { modelFromState } from '../model/model.js';
import { createScorer } from '../model/scorer.js';
import { scoringProgress } from '../report/scoring-progress.js';
import type { Terminal } from '../terminal.js';
import { type Score, scorePatches } from './score-patches.js';

/** Starts what is to score, and says why it computes in what it does. */
export async function startScoring(
  options: { readonly engine: EngineChoice; readonly precision: PrecisionChoice },
  terminal: Terminal,
): Promise<{ readonly engine: Engine; readonly precision: Precision }> {
  const engine = await startEngine(options.engine, terminal);
  const { precision, reason } = await choosePrecision(options.precision, engine);
  if (reason !== null) terminal.note(`Precision: ${precision}: ${reason}`);
  return { engine, precision };
}

/** How a checkpoint scores. */
export interface CheckpointScoring extends Reading {
  readonly batchSize: number;
  readonly precision: Precision;
  readonly tta: TestTimeAugmentation | null;
}

/**
 * Scores patches, prepared as the checkpoint says, and shows how far it has come. The engine must
 * have been started.
 *
 * @returns A score a patch that can be used, in the order given.
 * @throws {UserError} If a patch cannot be used and is not to be left out.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function scoreCheckpoint(
  { state, card }: Checkpoint,
  patches: readonly BatchSource[],
  { precision, tta, ...scoring }: CheckpointScoring,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Score[]> {
  const model = modelFromState(card.architecture, state);
  const scorer = createScorer(model, card.preprocessing, { precision, tta });
  const progress = scoringProgress(terminal, patches.length);
  try {
    return await scorePatches(scorer, patches, {
      ...scoring,
      cropPx: card.preprocessing.cropPx,
      signal: interruption,
      onNotice: terminal.note,
      onProgress: progress.update,
    });
  } finally {
    progress.stop();
    scorer.dispose();
    model.dispose();
  }
}
