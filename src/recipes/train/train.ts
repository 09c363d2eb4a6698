import { removeTemporaries, requireWritable } from '../../atomic-file.js';
import { type ConfigSources, resolveConfig } from '../../config/resolve.js';
import { resumedConfig } from '../../config/resume.js';
import type { Config } from '../../config/schema.js';
import { counted } from '../../counted.js';
import { countBatches, readBatches } from '../../data/batches.js';
import { type Engine, engineText, startEngine } from '../../engine/choose.js';
import { processorText, readCpu } from '../../engine/machine/cpu.js';
import { choosePrecision } from '../../engine/precision.js';
import { UserError } from '../../errors.js';
import { epochLine } from '../../report/epoch-line.js';
import { trainingProgress } from '../../report/training-progress.js';
import type { Terminal } from '../../terminal.js';
import { oneCycle } from '../../train/one-cycle.js';
import { reportRun } from '../report/report-run.js';
import { chooseBatchSize } from './choose-batch-size.js';
import { closeRun, resumeRun, startRun } from './open-run.js';
import {
  hasCheckpoint,
  type RunEngine,
  type RunFolder,
  type RunRecord,
  readRunRecord,
  refuseUsedFolder,
  runFolder,
  writeRunRecord,
} from './run-folder.js';
import { lockRun, type RunLock } from './run-lock.js';
import { findStartingFile } from './starting-weights.js';
import { takeStep } from './take-step.js';
import { loadTrainingData } from './training-data.js';
import {
  allSkipped,
  finishEpoch,
  savedBefore,
  saveLast,
  type TrainingRun,
} from './training-run.js';
import { summaryOf, type TrainingSummary } from './training-summary.js';

export type { TrainingSummary };

export interface TrainOptions {
  /** The run folder; made if it is missing. */
  readonly folder: string;
  /** Whether to go on with the run that is there, with its own settings. */
  readonly resume: boolean;
  readonly config: ConfigSources;
  /** The folder that `resume` takes to go on, if it is not the run folder: that of all folds. */
  readonly resumable?: string;
  /** The record of another fold: what it left out, this one leaves out too. */
  readonly otherFold?: RunRecord;
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
  const isGoingOn = record !== null && hasCheckpoint(folder);
  const data = await loadTrainingData(wanted);
  const weights = isGoingOn ? null : await findStartingFile(wanted, terminal, interruption);
  await using lock = await takeFolder(folder, options, terminal);
  const processor = processorText(await readCpu());
  const engine = { ...(await startEngine(wanted.engine, terminal)), processor };
  const { precision, reason } = await choosePrecision(wanted.precision, engine);
  interruption.throwIfAborted();
  const sized = { ...wanted, precision };
  const batchSize = await chooseBatchSize(sized, data.split.train, engine, terminal, interruption);
  const config = { ...sized, batchSize };
  const aside = { signal: interruption, onNotice: terminal.note };
  const earlier = record ?? options.otherFold ?? null;
  const opening = { config, folder, data, engine, earlier, lock, terminal, weights, ...aside };
  const run = isGoingOn ? await resumeRun(opening) : await startRun(opening);
  try {
    if (record !== null) await noteChanges(folder, record, run, engine, terminal);
    terminal.note(introduction(run, data.excluded, engine, reason));
    while (run.progress.epoch < config.epochs) {
      const { seconds, learningRate } = await trainEpoch(run, terminal, interruption);
      const trainLoss = run.progress.lossSum / run.progress.examples;
      const evaluation = await finishEpoch(run, { seconds, learningRate, ...aside });
      const { epoch } = run.progress;
      terminal.note(epochLine({ epoch, epochs: config.epochs, trainLoss, evaluation, seconds }));
    }
    const summary = await summaryOf(folder, run.progress, {
      ...run.sides,
      skipped: allSkipped(run),
    });
    await run.writer.patiently(() => reportRun(run, summary, engine, interruption));
    return summary;
  } catch (error) {
    throw await savedBefore(error, run, options.resumable ?? folder.path);
  } finally {
    await closeRun(run);
  }
}

/** Locks the run folder and makes it ready: what a crash left in the making goes. */
async function takeFolder(
  folder: RunFolder,
  { resume }: TrainOptions,
  terminal: Terminal,
): Promise<RunLock> {
  const lock = await lockRun(folder, terminal.note);
  try {
    if (!resume) refuseUsedFolder(folder); // again: another run may have ended here just now
    await removeTemporaries(folder.path);
    await requireWritable(folder.config);
    return lock;
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

async function newConfig(folder: RunFolder, { config }: TrainOptions): Promise<Config> {
  refuseUsedFolder(folder);
  return resolveConfig(config);
}

/** The steps of one epoch, from where the run's progress stands. */
async function trainEpoch(run: TrainingRun, terminal: Terminal, interruption: AbortSignal) {
  const { config, split, progress, log } = run;
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
    ...run.reading,
    signal: interruption,
    onNotice: terminal.note,
  });
  let { learningRate } = oneCycle(Math.max(0, progress.step - 1), schedule);
  try {
    for await (const batch of batches) {
      if (batch.size < 2) {
        progress.stepInEpoch += 1; // patches that went bad were left out, and BatchNorm needs two
        continue;
      }
      const rate = oneCycle(progress.step, schedule);
      const loss = await takeStep(run, batch, rate, terminal.note);
      progress.step += 1;
      progress.stepInEpoch += 1;
      progress.lossSum += (loss ?? 0) * batch.size;
      progress.examples += loss === null ? 0 : batch.size;
      learningRate = rate.learningRate;
      log.step({
        step: progress.step,
        epoch: progress.epoch + 1,
        loss,
        learning_rate: learningRate,
        momentum: rate.momentum,
      });
      shown.step({ loss, learningRate, examples: batch.size });
      if (run.clock.isDue(progress.step)) await saveLast(run);
      interruption.throwIfAborted();
    }
  } finally {
    shown.stop();
  }
  if (progress.examples === 0) throw nothingLearnt(progress.epoch + 1);
  return { seconds: (performance.now() - startedMs) / 1000, learningRate };
}

function nothingLearnt(epoch: number): UserError {
  return new UserError(
    `Cannot go on training: expected a finite loss in epoch ${epoch}, got none in all its steps; start anew with a lower --max-lr`,
  );
}

/** Says, and keeps in the record, what is not as it was when the run began. */
async function noteChanges(
  folder: RunFolder,
  record: RunRecord,
  { config, skipped }: TrainingRun,
  engine: RunEngine,
  terminal: Terminal,
): Promise<void> {
  const former = record.engines.at(-1);
  const isOther = former !== undefined && placeText(former) !== placeText(engine);
  if (isOther) {
    terminal.note(
      `Note: this run ran on ${placeText(former)} and goes on with ${placeText(engine)}: it need not end with the very bytes of a run that was never stopped`,
    );
  }
  const engines = isOther ? [...record.engines, engine] : record.engines;
  if (isOther || JSON.stringify(config) !== JSON.stringify(record.config)) {
    await writeRunRecord(folder, { ...record, config, engines, skipped });
  }
}

function placeText(engine: RunEngine): string {
  return `${engineText(engine)} on ${engine.processor}`;
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
    `engine   ${engineText(engine)}, ${config.precision}${reason === null ? '' : `: ${reason}`}`,
    `patches  ${split.train.length} train, ${split.valid.length} valid${leftOut}`,
    `split    ${split.description}`,
    `cache    ${patches.place}`,
    `run      ${folder.path}: ${start}, ${counted(config.epochs, 'epoch')} of ${counted(countBatches(split.train.length, config.batchSize), 'step')}`,
  ].join('\n');
}
