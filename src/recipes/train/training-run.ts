import type { CheckpointCard, Progress } from '../../checkpoint/card.js';
import { saveCheckpoint } from '../../checkpoint/checkpoint.js';
import type { DecidedConfig } from '../../config/schema.js';
import { counted } from '../../counted.js';
import type { BadPatches, SkippedPatch } from '../../data/bad-patches.js';
import type { Reading } from '../../data/batches.js';
import type { KeptPatches } from '../../data/keep-patches.js';
import type { Split } from '../../data/split.js';
import { outOfMemoryIn } from '../../engine/out-of-memory-error.js';
import { InterruptedError, messageOf, UserError } from '../../errors.js';
import { type Evaluation, evaluatePredictions } from '../../evaluate/evaluate-predictions.js';
import type { Prediction } from '../../evaluate/prediction.js';
import { type Model, stateOf } from '../../model/model.js';
import type { Preprocessing } from '../../model/preprocess.js';
import type { Scorer } from '../../model/scorer.js';
import { writePredictions } from '../../report/predictions-csv.js';
import type { Trainer } from '../../train/step.js';
import { histoVersion } from '../../version.js';
import { labelled, scorePatches } from '../score/score-patches.js';
import type { CheckpointClock } from './checkpoint-clock.js';
import { chosenOn, validationScores } from './chosen-on-validation.js';
import { hasCheckpoint, type RunFolder } from './run-folder.js';
import type { RunLog } from './run-log.js';
import type { RunWriter } from './run-writer.js';
import { tooLargeBatch } from './too-large-batch.js';
import type { KnownSides } from './training-leakage.js';

/** A training run in progress: what it learns, from what, how far it is, where it is kept. */
export interface TrainingRun {
  readonly config: DecidedConfig;
  readonly split: Split;
  /** What its checkpoints keep of the patches of both sides. */
  readonly sides: KnownSides;
  readonly dataDigest: string;
  readonly folder: RunFolder;
  readonly model: Model;
  /** What is done to patches before the first layer. */
  readonly preprocessing: Preprocessing;
  readonly trainer: Trainer;
  /** Scores with the model, in float32. */
  readonly scorer: Scorer;
  /** The patches, to train and to validate, as far as they are kept decoded. */
  readonly patches: KeptPatches;
  /** How they are read. */
  readonly reading: Reading;
  /** Patches that could not be used before step 1: they are on no side of the split. */
  readonly skipped: readonly SkippedPatch[];
  /** Patches that went bad since. */
  readonly losses: BadPatches;
  readonly log: RunLog;
  /** When the run saves within an epoch. */
  readonly clock: CheckpointClock;
  readonly writer: RunWriter;
  /** Where the run stands; each step moves it on. */
  progress: Progress;
  /** The step of its last checkpoint; null before the first. */
  savedStep: number | null;
}

/** All patches that a run could not use, some of them from some step on. */
export function allSkipped({ skipped, losses }: TrainingRun): SkippedPatch[] {
  return [...skipped, ...losses.skipped];
}

const noEpoch = { stepInEpoch: 0, lossSum: 0, examples: 0 };

/** The progress of a run before its first step. */
export const noProgress: Progress = {
  ...noEpoch,
  epoch: 0,
  step: 0,
  bestRocAuc: null,
  bestEpoch: null,
  skippedSteps: 0,
  lossScale: null,
};

/**
 * Validates after an epoch's last step, then keeps what must survive: the best checkpoint and its
 * predictions, the log line, the last checkpoint.
 *
 * @param seconds How long the epoch's steps took.
 * @throws {InterruptedError} If the signal is aborted while it validates.
 */
export async function finishEpoch(
  run: TrainingRun,
  options: {
    readonly seconds: number;
    readonly learningRate: number;
    readonly signal: AbortSignal;
    readonly onNotice: (notice: string) => void;
  },
): Promise<Evaluation> {
  await run.trainer.settle();
  const predictions = await validate(run, options);
  const evaluation = evaluatePredictions(predictions);
  const { epoch, step, lossSum, examples, bestRocAuc } = run.progress;
  const { patiently } = run.writer;
  const isBest = bestRocAuc === null || (evaluation.roc_auc ?? 0) > bestRocAuc;
  if (isBest) {
    await patiently(() => saveBest(run, evaluation, predictions));
    await patiently(() => writePredictions(run.folder.validPredictions, predictions));
  }
  const line = {
    epoch: epoch + 1,
    step,
    train_loss: lossSum / examples,
    valid_loss: evaluation.loss,
    accuracy: evaluation.accuracy,
    roc_auc: evaluation.roc_auc,
    learning_rate: options.learningRate,
    seconds: options.seconds,
  };
  await patiently(() => run.log.epoch(line));
  run.progress = {
    ...run.progress,
    ...noEpoch,
    epoch: epoch + 1,
    bestRocAuc: isBest ? evaluation.roc_auc : bestRocAuc,
    bestEpoch: isBest ? epoch + 1 : run.progress.bestEpoch,
  };
  await saveLast(run);
  return evaluation;
}

/**
 * Saves everything that a resumed run needs to be the run that was never stopped.
 *
 * @param write How the files are written; patiently where nothing is said.
 */
export async function saveLast(run: TrainingRun, write = run.writer.patiently): Promise<void> {
  await run.trainer.settle();
  await write(() => run.log.save());
  const checkpoint = {
    state: await stateOf(run.model),
    card: cardOf(run, null, nothingChosen),
    optimizer: await run.trainer.velocities(),
    progress: { ...run.progress, lossScale: run.trainer.lossScale() },
    validation: null,
    fingerprints: run.sides.fingerprints,
  };
  await write(() => saveCheckpoint(run.folder.last, checkpoint));
  run.savedStep = run.progress.step;
  run.clock.reset();
}

/**
 * Saves what the steps before an error gave, unless the last checkpoint has them all, or memory ran out
 * in a step.
 *
 * @param resumable The folder that `histo train --resume` takes to go on.
 * @returns The error to throw, with the way to go on.
 */
export async function savedBefore(
  error: unknown,
  run: TrainingRun,
  resumable: string,
): Promise<unknown> {
  if (outOfMemoryIn(error) !== null) return withLastCheckpoint(error, run, resumable);
  const { epoch, step, stepInEpoch } = run.progress;
  const isInterruption = error instanceof InterruptedError;
  const isSaved = step === (run.savedStep ?? 0);
  if (!isInterruption && isSaved && stepInEpoch === 0) return error;
  const goOn = `go on with: histo train --resume --out "${resumable}"`;
  try {
    await saveLast(run, run.writer.once);
  } catch (failure) {
    const reason = isInterruption ? failure : error;
    if (!(reason instanceof UserError)) return reason;
    return new UserError(`${reason.message}\n${lastGood(run)}; ${goOn}`, { cause: reason });
  }
  const place = `after step ${step} (epoch ${Math.min(epoch + 1, run.config.epochs)})`;
  if (isInterruption) {
    const { signal } = error;
    return new InterruptedError(signal, `Stopped by ${signal} and saved ${place}; ${goOn}`);
  }
  if (!(error instanceof UserError)) return error;
  const text = `${error.message}\nThe run is saved ${place}; once this is mended, ${goOn}`;
  return new UserError(text, { cause: error });
}

/** A step that ran out of memory may be half done, so that nothing of it is saved. */
function withLastCheckpoint(error: unknown, run: TrainingRun, resumable: string): unknown {
  const told = tooLargeBatch(error, 'train', run.config);
  if (run.savedStep === null) return told;
  const text = `${messageOf(told)}\n${lastGood(run)}; with more memory, go on with: histo train --resume --out "${resumable}"`;
  return new UserError(text, { cause: told });
}

/** Which checkpoint a run has whose last steps could not be saved. */
function lastGood({ folder, savedStep, progress }: TrainingRun): string {
  if (savedStep === null) return 'No checkpoint was saved yet';
  if (!hasCheckpoint(folder)) return `No checkpoint is left in "${folder.path}"`;
  const lost = counted(progress.step - savedStep, 'step');
  return `The last checkpoint is that of step ${savedStep}, "${folder.last}"; lost since then: ${lost}`;
}

async function saveBest(
  run: TrainingRun,
  evaluation: Evaluation,
  predictions: readonly Prediction[],
): Promise<void> {
  const validation = validationScores(predictions);
  await saveCheckpoint(run.folder.best, {
    state: await stateOf(run.model),
    card: cardOf(run, evaluation, chosenOn(validation, run.config)),
    optimizer: null,
    progress: null,
    validation,
    fingerprints: run.sides.fingerprints,
  });
}

async function validate(
  run: TrainingRun,
  options: { readonly signal: AbortSignal; readonly onNotice: (notice: string) => void },
): Promise<Prediction[]> {
  const { config, split, scorer, reading } = run;
  await scorer.rest(); // the weights are others now
  const scores = await scorePatches(scorer, split.valid, {
    batchSize: config.batchSize,
    cropPx: config.crop,
    ...reading,
    ...options,
  });
  await scorer.rest();
  return labelled(scores, split.valid);
}

const nothingChosen: CheckpointCard['chosen'] = { youdenMargin: null, temperature: null };

function cardOf(
  run: TrainingRun,
  evaluation: Evaluation | null,
  chosen: CheckpointCard['chosen'],
): CheckpointCard {
  const { config, model, preprocessing, split, sides, dataDigest, progress, losses } = run;
  return {
    histo: histoVersion,
    architecture: model.architecture,
    preprocessing,
    classNames: ['normal', 'tumour'],
    recipe: config,
    metrics:
      evaluation === null
        ? null
        : {
            epoch: progress.epoch + 1,
            loss: evaluation.loss,
            accuracy: evaluation.accuracy,
            ...(evaluation.roc_auc === null ? {} : { roc_auc: evaluation.roc_auc }),
          },
    dataDigest,
    chosen,
    split: split.description,
    slides: sides.slides,
    leakage: sides.leakage,
    lost: losses.skipped,
  };
}
