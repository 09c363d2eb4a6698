import { readBackboneWeights } from '../checkpoint/backbone-weights.js';
import { loadCheckpoint } from '../checkpoint/checkpoint.js';
import type { Config } from '../config/schema.js';
import { type KeptPatches, keepPatches } from '../data/keep-patches.js';
import { retryingReader } from '../data/retrying-reader.js';
import { UserError } from '../errors.js';
import { architectureOf } from '../model/architecture.js';
import { createModel, type Model, modelFromState } from '../model/model.js';
import type { Preprocessing } from '../model/preprocess.js';
import { createScorer } from '../model/scorer.js';
import type { Terminal } from '../terminal.js';
import { createTrainer, type Precision, type Trainer } from '../train/step.js';
import { checkpointClock } from './checkpoint-clock.js';
import { writeRunRecord } from './run-folder.js';
import type { RunLock } from './run-lock.js';
import { type LogOptions, openRunLog } from './run-log.js';
import { runWriter } from './run-writer.js';
import type { TrainingData } from './training-data.js';
import { lookForLeakage } from './training-leakage.js';
import { noProgress, type TrainingRun } from './training-run.js';

/** What a run is opened with. */
export interface Opening extends LogOptions {
  readonly data: TrainingData;
  /** Of the run folder. */
  readonly lock: RunLock;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * A new run: model, optimizer, a look at the patches of both sides, and the record of what was decided,
 * written before step 1.
 *
 * @throws {UserError} If the weights or the engine are not as needed, a file cannot be written, or both
 *   sides have something in common that the config does not allow.
 */
export async function startRun(opening: Opening): Promise<TrainingRun> {
  const { config, folder, data, engine } = opening;
  const model = await startModel(config);
  const patches = await startPatches(opening);
  try {
    const sides = await lookForLeakage(data, { ...opening, patches });
    const log = await openRunLog(opening, noProgress);
    await writeRunRecord(folder, {
      config,
      engines: [engine],
      dataDigest: data.digest,
      split: sides.split,
    });
    const trainer = startTrainer(model, config, null);
    return runOf(opening, { model, trainer, patches, log, sides, progress: noProgress });
  } catch (error) {
    model.dispose();
    await patches.close();
    throw error;
  }
}

/**
 * The run as its last checkpoint left it: data, model, optimizer, progress, log, in this order.
 *
 * @throws {UserError} If the patches are others or the checkpoint cannot be gone on with.
 */
export async function resumeRun(opening: Opening): Promise<TrainingRun> {
  const { config, folder, data } = opening;
  const { state, card, optimizer, progress, fingerprints } = await loadCheckpoint(folder.last);
  if (data.digest !== card.dataDigest) {
    throw new UserError(
      `Cannot resume "${folder.path}": expected the ids and labels that it was trained on, got others (digest ${data.digest.slice(0, 12)} instead of ${card.dataDigest.slice(0, 12)}); restore them, or start a new run`,
    );
  }
  if (optimizer === null || progress === null) {
    throw new UserError(
      `Cannot resume "${folder.last}": expected a checkpoint with the optimizer's state, got one without; start a new run`,
    );
  }
  const model = modelFromState(card.architecture, state);
  const trainer = startTrainer(model, config, progress.lossScale);
  trainer.restore(optimizer);
  const log = await openRunLog(opening, progress);
  const patches = await startPatches(opening);
  const sides = { ...card, fingerprints };
  return runOf(opening, { model, trainer, patches, log, sides, progress });
}

/** Frees what an open run holds. */
export async function closeRun(run: TrainingRun): Promise<void> {
  run.scorer.dispose();
  run.trainer.dispose();
  run.model.dispose();
  run.log.close();
  await run.patches.close();
}

function runOf(
  { config, folder, data, lock, signal, onNotice }: Opening,
  opened: Pick<TrainingRun, 'model' | 'trainer' | 'patches' | 'log' | 'sides' | 'progress'>,
): TrainingRun {
  const { model, sides, progress } = opened;
  return {
    ...opened,
    config,
    split: { ...data.split, description: sides.split },
    dataDigest: data.digest,
    folder,
    clock: checkpointClock(config.checkpointEvery),
    scorer: createScorer(model, preprocessingOf(config)),
    writer: runWriter(folder, lock, { signal, onNotice }),
    progress: { ...progress },
    savedStep: progress === noProgress ? null : progress.step,
  };
}

/** A new model as the config wants it: the backbone of a weights file, or first values. */
async function startModel(config: Config): Promise<Model> {
  const weights =
    config.weights === 'none' ? null : await readBackboneWeights(config.weights, config.stride);
  const architecture = architectureOf(config.backbone, {
    stride: weights?.stride ?? config.stride ?? 'v1.5',
    hiddenUnits: config.hiddenUnits,
    dropout: config.dropout,
  });
  return createModel(architecture, {
    seed: config.seed,
    backbone: weights?.state ?? null,
    backboneName: `weights "${config.weights}"`,
  });
}

/** The patches of both sides, kept as the config wants it. */
async function startPatches({ config, data, ...patience }: Opening): Promise<KeptPatches> {
  const paths = [...data.split.train, ...data.split.valid].map(({ path }) => path);
  const kept = await keepPatches(config.cache, paths, patience);
  return {
    read: retryingReader(kept.read, patience),
    get place() {
      return kept.place;
    },
    close: () => kept.close(),
  };
}

/** The trainer of a model in this config. */
function startTrainer(model: Model, config: Config, lossScale: number | null): Trainer {
  const precision = precisionOf(config);
  return createTrainer(model, {
    seed: config.seed,
    preprocessing: preprocessingOf(config),
    precision,
    lossScale,
  });
}

/** What the run computes in; decided when it began. */
function precisionOf({ precision }: Config): Precision {
  if (precision === 'auto') throw new Error('Cannot train: expected a precision, got "auto"');
  return precision;
}

/** What is done to the patches of this config before the first layer. */
function preprocessingOf({ crop, channels }: Config): Preprocessing {
  return { cropPx: crop, channels };
}
