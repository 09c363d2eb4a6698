import type { CheckpointCard, Progress } from '../../checkpoint/card.js';
import { loadCheckpoint } from '../../checkpoint/checkpoint.js';
import type { SkippedPatch } from '../../data/bad-patches.js';
import { type Evaluation, evaluatePredictions } from '../../evaluate/evaluate-predictions.js';
import { readPredictions } from '../../report/predictions-csv.js';
import { thresholdsOf } from './chosen-on-validation.js';
import type { LeakageReport } from './leakage-report.js';
import { hasCheckpoint, type RunFolder, readRunRecord } from './run-folder.js';

/** What a finished run says of itself. */
export interface TrainingSummary {
  readonly run: string;
  readonly epochs: number;
  readonly steps: number;
  /** The epoch of best.safetensors (the best ROC AUC on validation), counted from 1. */
  readonly bestEpoch: number | null;
  /** Which patches validated, and what that means for the figures. */
  readonly split: string;
  /** What they have in common with the training patches; null: nothing. */
  readonly leakage: LeakageReport | null;
  /** Patches that could not be used, some of them from some step on. */
  readonly skippedPatches: readonly SkippedPatch[];
  /** Figures of best.safetensors on the validation patches. */
  readonly best: Evaluation;
}

/** What a run knows of its patches. */
interface Known extends Pick<CheckpointCard, 'split' | 'leakage'> {
  readonly skipped: readonly SkippedPatch[];
}

/** The summary of a run whose last epoch is done. @throws {UserError} If its predictions are gone. */
export async function summaryOf(
  folder: RunFolder,
  { epoch, step, bestEpoch }: Progress,
  { split, leakage, skipped }: Known,
): Promise<TrainingSummary> {
  const { card } = await loadCheckpoint(folder.best);
  const { temperature } = card.chosen;
  const predictions = await readPredictions(folder.validPredictions);
  const { thresholds } = thresholdsOf({ card, validation: null }, [], true);
  const best = evaluatePredictions(predictions, { thresholds, temperature });
  return {
    run: folder.path,
    epochs: epoch,
    steps: step,
    bestEpoch,
    split,
    leakage,
    skippedPatches: skipped,
    best,
  };
}

/**
 * The summary of a run that was trained before.
 *
 * @returns Null if it is not finished.
 * @throws {UserError} If a file of the run cannot be read.
 */
export async function readSummary(folder: RunFolder): Promise<TrainingSummary | null> {
  if (!hasCheckpoint(folder)) return null;
  const { config, skipped = [] } = await readRunRecord(folder);
  const { progress, card } = await loadCheckpoint(folder.last);
  if (progress === null || progress.epoch < config.epochs) return null;
  return summaryOf(folder, progress, { ...card, skipped: [...skipped, ...card.lost] });
}
