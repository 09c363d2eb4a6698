import { loadCheckpoint } from '../../checkpoint/checkpoint.js';
import type { Config, DecidedConfig } from '../../config/schema.js';
import { BadPatches, type SkippedPatch } from '../../data/bad-patches.js';
import { UserError } from '../../errors.js';
import { architectureOf } from '../../model/architecture.js';
import { createModel, type Model, modelFromState } from '../../model/model.js';
import { imageNet, type Preprocessing } from '../../model/preprocess.js';
import { createScorer } from '../../model/scorer.js';
import { skippedText } from '../../report/skipped-text.js';
import type { Terminal } from '../../terminal.js';
import { createTrainer, type Trainer } from '../../train/step.js';
import { checkpointClock } from './checkpoint-clock.js';
import { fingerprintPatches } from './fingerprint-patches.js';
import { type OpenPatches, openPatches, type PatchOptions } from './open-patches.js';
import { writeRunRecord } from './run-folder.js';
import type { RunLock } from './run-lock.js';
import { type LogOptions, openRunLog } from './run-log.js';
import { runWriter } from './run-writer.js';
import { relocated, withoutSkipped } from './skipped-patches.js';
import { readStartingWeights, type StartedFrom, type StartingFile } from './starting-weights.js';
import type { TrainingData } from './training-data.js';
import { lookForLeakage } from './training-leakage.js';
import { noProgress, type TrainingRun } from './training-run.js';

/** What a run is opened with. */
export interface Opening extends LogOptions, PatchOptions {
  readonly config: DecidedConfig;
  /** Of the run folder. */
  readonly lock: RunLock;
  readonly terminal: Terminal;
  /** What a new run starts from; null: random weights, or a run that goes on. */
  readonly weights: StartingFile | null;
}

/**
 * A new run: model, optimizer, a look at the patches of both sides, and the record of what was decided,
 * written before step 1.
 *
 * @throws {UserError} If the weights or the engine are not as needed, a file cannot be written, or both
 *   sides have something in common that the config does not allow.
 */
export async function startRun(opening: Opening): Promise<TrainingRun> {
  const { config, folder, engine, weights, terminal, signal } = opening;
  const { model, preprocessing, from } = await startModel(config, weights, signal);
  const patches = await openPatches(opening, []).catch((error: unknown) => {
    model.dispose();
    throw error;
  });
  try {
    const { left, reading, bad } = patches;
    const both = [...left.split.train, ...left.split.valid];
    const { fingerprints } = await fingerprintPatches(both, reading, terminal, signal);
    const data = withoutSkipped(left, bad.skipped);
    const sides = lookForLeakage(data, fingerprints, config);
    signal.throwIfAborted();
    const skipped = [...patches.before, ...bad.skipped];
    const log = await openRunLog(opening, noProgress);
    await writeRunRecord(folder, {
      config,
      engines: [engine],
      weights: from,
      dataDigest: data.digest,
      split: sides.split,
      skipped,
    });
    const trainer = startTrainer({ model, preprocessing }, config, null);
    const opened = { model, preprocessing, trainer, patches, log, sides, progress: noProgress };
    return runOf(opening, { ...opened, data, skipped, lost: [] });
  } catch (error) {
    model.dispose();
    await patches.kept.close();
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
  const { preprocessing } = card;
  const trainer = startTrainer({ model, preprocessing }, config, progress.lossScale);
  trainer.restore(optimizer);
  const log = await openRunLog(opening, progress);
  const lost = relocated(card.lost, String(card.recipe['images']), data.split, config.images);
  const patches = await openPatches(opening, lost);
  const sides = { ...card, fingerprints };
  const opened = { model, preprocessing, trainer, patches, log, sides, progress };
  return runOf(opening, { ...opened, data: patches.left, skipped: patches.before, lost });
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
  { config, folder, data: { digest }, lock, terminal, signal, onNotice }: Opening,
  opened: Pick<
    TrainingRun,
    'model' | 'preprocessing' | 'trainer' | 'log' | 'sides' | 'progress' | 'skipped'
  > & {
    readonly patches: OpenPatches;
    /** Without those that are left out. */
    readonly data: TrainingData;
    /** Patches that went bad during the run. */
    readonly lost: readonly SkippedPatch[];
  },
): TrainingRun {
  const { patches, data, lost, ...common } = opened;
  const { model, sides, progress, skipped } = opened;
  const { onBadPatch } = config;
  const { total } = patches;
  const note = skippedText(skipped, total);
  if (note !== null) terminal.note(`Note: ${note}`);
  const losses = new BadPatches({ onBadPatch, total, before: skipped, skipped: lost, onNotice });
  return {
    ...common,
    config,
    split: { ...data.split, description: sides.split },
    dataDigest: digest,
    folder,
    clock: checkpointClock(config.checkpointEvery),
    scorer: createScorer(model, opened.preprocessing),
    patches: patches.kept,
    reading: { ...patches.reading, onBadPatch: losses.leaveOut },
    losses,
    writer: runWriter(folder, lock, { signal, onNotice }),
    progress: { ...progress },
    savedStep: progress === noProgress ? null : progress.step,
  };
}

/** A new model as the config wants it, of a weights file or of first values, and what it is given. */
async function startModel(
  config: Config,
  start: StartingFile | null,
  signal: AbortSignal,
): Promise<StartedModel & { readonly from: StartedFrom | null }> {
  const weights = start && (await readStartingWeights(start, config.stride, signal));
  const architecture = architectureOf(config.arch, {
    stride: weights?.stride ?? config.stride,
    hiddenUnits: config.hiddenUnits,
    dropout: config.dropout,
  });
  const model = createModel(architecture, {
    seed: config.seed,
    backbone: weights?.state ?? null,
    backboneName: `weights "${config.weights ?? weights?.from.name}"`,
  });
  const { crop: cropPx, channels } = config;
  const preprocessing = { cropPx, channels, ...(weights?.normalization ?? imageNet) };
  return { model, preprocessing, from: weights?.from ?? null };
}

interface StartedModel {
  readonly model: Model;
  readonly preprocessing: Preprocessing;
}

/** The trainer of a model in this config. */
function startTrainer(
  { model, preprocessing }: StartedModel,
  { seed, precision }: DecidedConfig,
  lossScale: number | null,
): Trainer {
  return createTrainer(model, { seed, preprocessing, precision, lossScale });
}
