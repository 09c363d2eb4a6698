import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.js';
import { loadCheckpoint } from '../checkpoint/checkpoint.js';
import { dataDigest, readLabels } from '../data/labels.js';
import { type EngineChoice, startEngine } from '../engine/choose.js';
import { type Evaluation, evaluatePredictions } from '../evaluate/evaluate-predictions.js';
import { modelFromState } from '../model/model.js';
import { predictionsCsv } from '../report/predictions-csv.js';
import { scoringProgress } from '../report/scoring-progress.js';
import type { Terminal } from '../terminal.js';
import { labelled, scorePatches } from './score-patches.js';

export interface EvaluateOptions {
  /** A checkpoint, or a run folder: its best one. */
  readonly checkpoint: string;
  readonly labels: string;
  readonly images: string;
  readonly limit: number | null;
  readonly batchSize: number;
  readonly engine: EngineChoice;
  /** Folder for metrics.json and predictions.csv; null: none. */
  readonly out: string | null;
}

/** The figures, and what they are figures of. */
export interface EvaluationReport extends Evaluation {
  readonly checkpoint: string;
  readonly labels: string;
  readonly engine: string;
  /** sha256 over ids and labels in their order. */
  readonly data_digest: string;
  /** True if the checkpoint was trained on this very list of patches. */
  readonly is_training_data: boolean;
}

/**
 * Scores a checkpoint on labelled patches; the checkpoint says how patches are prepared.
 *
 * @throws {UserError} If the checkpoint, the labels or a patch cannot be used.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function evaluate(
  options: EvaluateOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<EvaluationReport> {
  const { state, card } = await loadCheckpoint(options.checkpoint);
  const patches = await readLabels({ ...options, groupColumn: null });
  const engine = await startEngine(options.engine, terminal);
  const digest = dataDigest(patches);
  const isTrainingData = digest === card.dataDigest;
  if (isTrainingData) {
    terminal.note(
      'Note: the checkpoint was trained on these very patches: the figures say nothing about new ones',
    );
  }
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
    const predictions = labelled(scores, patches);
    const report: EvaluationReport = {
      ...evaluatePredictions(predictions),
      checkpoint: options.checkpoint,
      labels: options.labels,
      engine: `${engine.name} (${engine.version}, ${engine.device})`,
      data_digest: digest,
      is_training_data: isTrainingData,
    };
    if (options.out !== null) await writeReport(options.out, report, predictionsCsv(predictions));
    return report;
  } finally {
    progress.stop();
    model.dispose();
  }
}

async function writeReport(folder: string, report: EvaluationReport, csv: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(join(folder, 'predictions.csv'), [csv]);
  await writeFileAtomically(join(folder, 'metrics.json'), [`${JSON.stringify(report, null, 2)}\n`]);
}
