import { readBackboneWeights } from '../checkpoint/backbone-weights.js';
import type { Progress } from '../checkpoint/card.js';
import { loadCheckpoint } from '../checkpoint/checkpoint.js';
import type { Config } from '../config/schema.js';
import { type KeptPatches, keepPatches } from '../data/keep-patches.js';
import type { Split } from '../data/split.js';
import { UserError } from '../errors.js';
import { architectureOf } from '../model/architecture.js';
import { createModel, type Model, modelFromState } from '../model/model.js';
import type { Preprocessing } from '../model/preprocess.js';
import { createScorer } from '../model/scorer.js';
import { createTrainer, type Precision, type Trainer } from '../train/step.js';
import { writeRunRecord } from './run-folder.js';
import { type LogOptions, openRunLog, type RunLog } from './run-log.js';
import type { TrainingData } from './training-data.js';
import { noProgress, type TrainingRun } from './training-run.js';

/** What a run is opened with. */
export interface Opening extends LogOptions {
  readonly data: TrainingData;
  readonly signal: AbortSignal;
}

/**
 * A new run: model, optimizer, and the record of what was decided, written before step 1.
 *
 * @throws {UserError} If the weights or the engine are not as needed, or a file cannot be written.
 */
export async function startRun(opening: Opening): Promise<TrainingRun> {
  const { config, folder, data, engine } = opening;
  const model = await startModel(config);
  const log = await openRunLog(opening, noProgress);
  await writeRunRecord(folder, {
    config,
    engines: [engine],
    dataDigest: data.digest,
    split: data.split.description,
  });
  return runOf(opening, model, startTrainer(model, config), noProgress, log);
}

/**
 * The run as its last checkpoint left it: data, model, optimizer, progress, log, in this order.
 *
 * @throws {UserError} If the patches are others or the checkpoint cannot be gone on with.
 */
export async function resumeRun(opening: Opening): Promise<TrainingRun> {
  const { config, folder, data } = opening;
  const { state, card, optimizer, progress } = await loadCheckpoint(folder.last);
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
  const trainer = startTrainer(model, config);
  trainer.restore(optimizer);
  const log = await openRunLog(opening, progress);
  return runOf(opening, model, trainer, progress, log);
}

/** Frees what an open run holds. */
export async function closeRun(run: TrainingRun): Promise<void> {
  run.scorer.dispose();
  run.trainer.dispose();
  run.model.dispose();
  run.log.close();
  await run.patches.close();
}

async function runOf(
  opening: Opening,
  model: Model,
  trainer: Trainer,
  progress: Progress,
  log: RunLog,
): Promise<TrainingRun> {
  const { config, folder, data } = opening;
  return {
    config,
    split: data.split,
    dataDigest: data.digest,
    folder,
    model,
    trainer,
    scorer: createScorer(model, preprocessingOf(config)),
    patches: await startPatches(config, data.split, opening),
    log,
    progress: { ...progress },
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
function startPatches(
  config: Config,
  { train, valid }: Split,
  { signal, onNotice }: Opening,
): Promise<KeptPatches> {
  const paths = [...train, ...valid].map(({ path }) => path);
  return keepPatches(config.cache, paths, { signal, onNotice });
}

/** The trainer of a model in this config. */
function startTrainer(model: Model, config: Config): Trainer {
  const precision = precisionOf(config);
  return createTrainer(model, {
    seed: config.seed,
    preprocessing: preprocessingOf(config),
    precision,
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
