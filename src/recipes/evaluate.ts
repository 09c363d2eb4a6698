import { join } from 'node:path';
import { requireWritable, writeFileAtomically } from '../atomic-file.js';
import { memoryReader, quarterOfMemory } from '../data/keep-in-memory.js';
import { dataDigest, readLabels } from '../data/labels.js';
import type { EngineChoice } from '../engine/choose.js';
import type { Precision, PrecisionChoice } from '../engine/precision.js';
import { type Evaluation, evaluatePredictions } from '../evaluate/evaluate-predictions.js';
import type { TestTimeAugmentation } from '../model/d4-views.js';
import { predictionsCsv } from '../report/predictions-csv.js';
import type { Terminal } from '../terminal.js';
import { openEnsemble, scoreEnsemble } from './ensemble.js';
import { type Novelty, noveltyOf } from './novelty.js';
import { startScoring } from './score-checkpoint.js';
import { labelled } from './score-patches.js';

export interface EvaluateOptions {
  /** A checkpoint, or a run folder: its best one. */
  readonly checkpoint: string;
  /** Further ones, whose logits are averaged with its own. */
  readonly ensemble: readonly string[];
  readonly tta: TestTimeAugmentation | null;
  readonly labels: string;
  readonly images: string;
  readonly limit: number | null;
  /** The column that names a patch's slide or patient; null: none. */
  readonly groupColumn: string | null;
  /** Whether to go on though patches or slides were trained on. */
  readonly allowLeakage: boolean;
  readonly batchSize: number;
  readonly precision: PrecisionChoice;
  readonly engine: EngineChoice;
  /** Folder for metrics.json and predictions.csv; null: none. */
  readonly out: string | null;
}

/** The figures, and what they are figures of. */
export interface EvaluationReport extends Novelty, Evaluation {
  readonly checkpoint: string;
  /** Further checkpoints whose logits were averaged with the first one's. */
  readonly ensemble: readonly string[];
  /** What each checkpoint's logits were averaged over. */
  readonly tta: TestTimeAugmentation | null;
  readonly labels: string;
  readonly engine: string;
  /** What large products were computed in. */
  readonly computed_in: Precision;
  /** sha256 over ids and labels in their order. */
  readonly data_digest: string;
}

/**
 * Scores a checkpoint, or several by the mean of their logits, on labelled patches; each checkpoint
 * says how patches are prepared.
 *
 * @throws {UserError} If a checkpoint, the labels or a patch cannot be used, a patch or a slide was
 *   trained on and that is not allowed, or the report cannot be written.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function evaluate(
  options: EvaluateOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<EvaluationReport> {
  const members = await openEnsemble([options.checkpoint, ...options.ensemble]);
  const patches = await readLabels(options);
  const files = options.out === null ? null : reportFiles(options.out);
  for (const path of Object.values(files ?? {})) await requireWritable(path);
  const { engine, precision } = await startScoring(options, terminal);
  const read = memoryReader(quarterOfMemory()); // twice, and by each checkpoint once more
  const novelty = await noveltyOf(members, patches, { ...options, read }, terminal, interruption);
  const { batchSize, tta } = options;
  const scores = await scoreEnsemble(
    members,
    patches,
    { batchSize, precision, tta, read },
    terminal,
    interruption,
  );
  const predictions = labelled(scores, patches);
  const report: EvaluationReport = {
    ...novelty,
    ...evaluatePredictions(predictions),
    checkpoint: options.checkpoint,
    ensemble: options.ensemble,
    tta,
    labels: options.labels,
    engine: `${engine.name} (${engine.version}, ${engine.device})`,
    computed_in: precision,
    data_digest: dataDigest(patches),
  };
  if (files !== null) {
    await writeFileAtomically(files.predictions, [predictionsCsv(predictions)]);
    await writeFileAtomically(files.metrics, [`${JSON.stringify(report, null, 2)}\n`]);
  }
  return report;
}

function reportFiles(folder: string) {
  return { predictions: join(folder, 'predictions.csv'), metrics: join(folder, 'metrics.json') };
}
