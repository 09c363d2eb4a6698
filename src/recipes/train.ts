import { requireWritable } from '../atomic-file.js';
import { loadCheckpoint } from '../checkpoint/checkpoint.js';
import { type ConfigSources, resolveConfig } from '../config/resolve.js';
import { resumedConfig } from '../config/resume.js';
import type { Config } from '../config/schema.js';
import { counted } from '../counted.js';
import { countBatches, readBatches } from '../data/batches.js';
import type { KeptPatches } from '../data/keep-patches.js';
import { type Engine, startEngine } from '../engine/choose.js';
import { choosePrecision } from '../engine/precision.js';
import { UserError } from '../errors.js';
import { type Evaluation, evaluatePredictions } from '../evaluate/evaluate-predictions.js';
import { modelFromState } from '../model/model.js';
import { createScorer } from '../model/scorer.js';
import { epochLine } from '../report/epoch-line.js';
import { truncateLog } from '../report/log-csv.js';
import { readPredictions } from '../report/predictions-csv.js';
import { trainingProgress } from '../report/training-progress.js';
import type { Terminal } from '../terminal.js';
import { oneCycle } from '../train/one-cycle.js';
import {
  hasCheckpoint,
  type RunFolder,
  type RunRecord,
  readRunRecord,
  refuseUsedFolder,
  runFolder,
  writeRunRecord,
} from './run-folder.js';
import { loadTrainingData, type TrainingData } from './training-data.js';
import {
  finishEpoch,
  noProgress,
  preprocessingOf,
  savedBefore,
  startModel,
  startPatches,
  startTrainer,
  type TrainingRun,
} from './training-run.js';

export interface TrainOptions {
  /** The run folder; made if it is missing. */
  readonly folder: string;
  /** Whether to go on with the run that is there, with its own settings. */
  readonly resume: boolean;
  readonly config: ConfigSources;
}

/** What a finished run says of itself. */
export interface TrainingSummary {
  readonly run: string;
  readonly epochs: number;
  readonly steps: number;
  /** The epoch of best.safetensors (the best ROC AUC on validation), counted from 1. */
  readonly bestEpoch: number | null;
  /** Which patches validated, and what that means for the figures. */
  readonly split: string;
  /** Figures of best.safetensors on the validation patches. */
  readonly best: Evaluation;
}

/**
 * Trains a classifier: data, engine, model, then epochs of steps, each epoch followed by validation
 * and a checkpoint. An interrupted run saves, and goes on with `resume` where it stopped.
 *
 * @param interruption Aborted with an InterruptedError as reason when the run shall stop.
 * @throws {UserError} If the data, the weights, the engine or the run folder are not as needed.
 * @throws {InterruptedError} After saving, if the signal was aborted.
 */
export async function train(
  options: TrainOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<TrainingSummary> {
  const folder = runFolder(options.folder);
  const record = options.resume ? await readRunRecord(folder) : null;
  const wanted =
    record === null
      ? await newConfig(folder, options)
      : await resumedConfig(record.config, folder.config, options.config);
  const data = await loadTrainingData(wanted);
  if (record === null) await requireWritable(folder.config);
  const engine = await startEngine(wanted.engine, terminal);
  const { precision, reason } = await choosePrecision(wanted.precision, engine);
  const config = { ...wanted, precision };
  interruption.throwIfAborted();
  const keep = () => startPatches(config, data.split, interruption, terminal.note);
  const run =
    record !== null && hasCheckpoint(folder)
      ? await reopen(config, folder, data, keep)
      : await start(config, folder, data, engine, keep);
  try {
    if (record !== null) await noteChanges(folder, record, run, engine, terminal);
    terminal.note(introduction(run, data.excluded, engine, reason));
    while (run.progress.epoch < config.epochs) {
      const { seconds, learningRate } = await trainEpoch(run, terminal, interruption);
      const trainLoss = run.progress.lossSum / run.progress.examples;
      const evaluation = await finishEpoch(run, {
        seconds,
        learningRate,
        signal: interruption,
        onNotice: terminal.note,
      });
      terminal.note(
        epochLine({
          epoch: run.progress.epoch,
          epochs: config.epochs,
          trainLoss,
          evaluation,
          seconds,
        }),
      );
    }
    return await summaryOf(run);
  } catch (error) {
    throw await savedBefore(error, run);
  } finally {
    run.scorer.dispose();
    run.trainer.dispose();
    run.model.dispose();
    await run.patches.close();
  }
}

async function newConfig(folder: RunFolder, { config }: TrainOptions): Promise<Config> {
  refuseUsedFolder(folder);
  return resolveConfig(config);
}

/** The steps of one epoch, from where the run's progress stands. */
async function trainEpoch(run: TrainingRun, terminal: Terminal, interruption: AbortSignal) {
  const { config, split, trainer, progress } = run;
  const startedMs = performance.now();
  const stepsPerEpoch = countBatches(split.train.length, config.batchSize);
  const schedule = { ...config, totalSteps: stepsPerEpoch * config.epochs };
  const shown = trainingProgress(terminal, {
    epoch: progress.epoch,
    epochs: config.epochs,
    stepsPerEpoch,
    stepsDone: progress.stepInEpoch,
  });
  const batches = readBatches(split.train, {
    batchSize: config.batchSize,
    cropPx: config.crop,
    seed: config.seed,
    epoch: progress.epoch,
    shuffle: config.shuffle,
    augmentation: config,
    skipBatches: progress.stepInEpoch,
    read: run.patches.read,
    signal: interruption,
    onNotice: terminal.note,
  });
  let { learningRate } = oneCycle(Math.max(0, progress.step - 1), schedule);
  try {
    for await (const batch of batches) {
      const rate = oneCycle(progress.step, schedule);
      const { loss } = await trainer.step(batch, progress.step, rate.learningRate, rate.momentum);
      progress.step += 1;
      progress.stepInEpoch += 1;
      progress.lossSum += loss * batch.size;
      progress.examples += batch.size;
      learningRate = rate.learningRate;
      shown.step({ loss, learningRate, examples: batch.size });
      interruption.throwIfAborted();
    }
  } finally {
    shown.stop();
  }
  return { seconds: (performance.now() - startedMs) / 1000, learningRate };
}

/** A new run: model, optimizer, and the record of what was decided, written before step 1. */
async function start(
  config: Config,
  folder: RunFolder,
  { split, digest }: TrainingData,
  engine: Engine,
  keep: () => Promise<KeptPatches>,
): Promise<TrainingRun> {
  const model = await startModel(config);
  await writeRunRecord(folder, {
    config,
    engines: [engine],
    dataDigest: digest,
    split: split.description,
  });
  return {
    config,
    split,
    dataDigest: digest,
    folder,
    model,
    trainer: startTrainer(model, config),
    scorer: createScorer(model, preprocessingOf(config)),
    patches: await keep(),
    progress: { ...noProgress },
  };
}

/** The run as its last checkpoint left it: data, model, optimizer, progress, log, in this order. */
async function reopen(
  config: Config,
  folder: RunFolder,
  { split, digest }: TrainingData,
  keep: () => Promise<KeptPatches>,
): Promise<TrainingRun> {
  const { state, card, optimizer, progress } = await loadCheckpoint(folder.last);
  if (digest !== card.dataDigest) {
    throw new UserError(
      `Cannot resume "${folder.path}": expected the ids and labels that it was trained on, got others (digest ${digest.slice(0, 12)} instead of ${card.dataDigest.slice(0, 12)}); restore them, or start a new run`,
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
  await truncateLog(folder.log, progress.epoch);
  return {
    config,
    split,
    dataDigest: digest,
    folder,
    model,
    trainer,
    scorer: createScorer(model, preprocessingOf(config)),
    patches: await keep(),
    progress: { ...progress },
  };
}

/** Says, and keeps in the record, what is not as it was when the run began. */
async function noteChanges(
  folder: RunFolder,
  record: RunRecord,
  { config }: TrainingRun,
  engine: Engine,
  terminal: Terminal,
): Promise<void> {
  const former = record.engines.at(-1);
  const isOther = former !== undefined && describe(former) !== describe(engine);
  if (isOther) {
    terminal.note(
      `Note: this run ran on ${describe(former)} and goes on with ${describe(engine)}: it will not end with the very bytes of a run that was never stopped`,
    );
  }
  const engines = isOther ? [...record.engines, engine] : record.engines;
  if (isOther || JSON.stringify(config) !== JSON.stringify(record.config)) {
    await writeRunRecord(folder, { ...record, config, engines });
  }
}

function describe({ name, version, device }: Engine): string {
  return `${name} (${version}, ${device})`;
}

function introduction(
  { split, config, progress, folder, patches }: TrainingRun,
  excluded: number,
  engine: Engine,
  reason: string | null,
): string {
  const leftOut = config.exclude === null ? '' : `; ${excluded} left out by "${config.exclude}"`;
  const start = progress.step === 0 ? 'training' : `resuming after step ${progress.step}`;
  return [
    `engine   ${describe(engine)}, ${config.precision}${reason === null ? '' : `: ${reason}`}`,
    `patches  ${split.train.length} train, ${split.valid.length} valid${leftOut}`,
    `split    ${split.description}`,
    `cache    ${patches.place}`,
    `run      ${folder.path}: ${start}, ${counted(config.epochs, 'epoch')} of ${counted(countBatches(split.train.length, config.batchSize), 'step')}`,
  ].join('\n');
}

async function summaryOf({ folder, progress, split }: TrainingRun): Promise<TrainingSummary> {
  return {
    run: folder.path,
    epochs: progress.epoch,
    steps: progress.step,
    bestEpoch: progress.bestEpoch,
    split: split.description,
    best: evaluatePredictions(await readPredictions(folder.validPredictions)),
  };
}
