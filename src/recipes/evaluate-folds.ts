import { join } from 'node:path';
import { requireWritable, writeFileAtomically } from '../atomic-file.js';
import { counted } from '../counted.js';
import { dataDigest } from '../data/labels.js';
import type { Engine } from '../engine/choose.js';
import { UserError } from '../errors.js';
import {
  type Evaluation,
  evaluatePredictions,
  type FigureName,
  figureNames,
} from '../evaluate/evaluate-predictions.js';
import { type MeanAndDeviation, meanAndDeviation } from '../evaluate/mean-and-deviation.js';
import type { Prediction } from '../evaluate/prediction.js';
import { predictionsCsv, readPredictions } from '../report/predictions-csv.js';
import { type FoldRun, openFolds } from './open-folds.js';

export interface EvaluateFoldsOptions {
  /** Folders of folds, or the run folders of folds themselves. At least one. */
  readonly runs: readonly string[];
  /** Folder for metrics.json and predictions.csv; null: none. */
  readonly out: string | null;
}

/** A fold, and its figures on its own validation patches. */
export interface FoldEvaluation extends Pick<Evaluation, FigureName | 'examples' | 'positives'> {
  /** Counted from 1; null: the run was not trained as a fold. */
  readonly fold: number | null;
  readonly run: string;
  /** Counted from 1. */
  readonly best_epoch: number | null;
}

/** Figures of the pooled out-of-fold predictions, and of each fold. */
export interface FoldsReport extends Evaluation {
  /** The folders that were given. */
  readonly checkpoint: string;
  readonly labels: string;
  readonly engine: string;
  /** Validation of a run is in float32. */
  readonly computed_in: 'float32';
  /** sha256 over ids and labels, fold after fold. */
  readonly data_digest: string;
  /** Null: no patch was scored by a model that trained on it. */
  readonly is_training_data: null;
  readonly folds: readonly FoldEvaluation[];
  /** Over the folds that have a value; null if none has. */
  readonly spread: { readonly [Name in FigureName]: MeanAndDeviation | null };
  /** Folds of the cross-validation that are not among these, or not finished; counted from 1. */
  readonly missing_folds: readonly number[];
  /** What a reader must know of these figures. */
  readonly notes: readonly string[];
}

/**
 * Evaluates a cross-validation: pools what each fold's model said of the patches that it did not train
 * on, and sets the folds beside each other. Nothing is scored anew.
 *
 * @throws {UserError} If there is no finished fold, a patch is in two of them, or a file cannot be read
 *   or written.
 * @throws {InterruptedError} If the signal is aborted; nothing has been written then.
 */
export async function evaluateFolds(
  options: EvaluateFoldsOptions,
  interruption: AbortSignal,
): Promise<FoldsReport> {
  const files = options.out === null ? null : reportFiles(options.out);
  const { runs, missing } = await openFolds(options.runs);
  for (const path of Object.values(files ?? {})) await requireWritable(path);
  const parts = await Promise.all(
    runs.map(({ folder }) => readPredictions(folder.validPredictions)),
  );
  refuseSharedPatches(runs, parts);
  interruption.throwIfAborted();
  const pooled = parts.flat();
  const report: FoldsReport = {
    ...evaluatePredictions(pooled),
    checkpoint: options.runs.join(', '),
    labels: distinct(runs.map(({ record }) => record.config.labels)),
    engine: distinct(runs.flatMap(({ record }) => record.engines.map(engineText))),
    computed_in: 'float32',
    data_digest: dataDigest(pooled),
    is_training_data: null,
    folds: runs.map(foldEvaluation),
    spread: spreadOf(runs),
    missing_folds: missing,
    notes: notesOf(parts, missing),
  };
  if (files !== null) {
    await writeFileAtomically(files.predictions, [predictionsCsv(pooled)]);
    await writeFileAtomically(files.metrics, [`${JSON.stringify(report, null, 2)}\n`]);
  }
  return report;
}

function refuseSharedPatches(runs: readonly FoldRun[], parts: readonly Prediction[][]): void {
  const foldOf = new Map<string, number>();
  const shared = parts.flatMap((part, at) =>
    part.filter(({ id }) => {
      const isSeen = foldOf.has(id);
      if (!isSeen) foldOf.set(id, at);
      return isSeen;
    }),
  );
  const [patch] = shared;
  if (patch === undefined) return;
  const paths = parts.flatMap((part, at) =>
    part.some(({ id }) => id === patch.id) ? (runs[at]?.folder.path ?? []) : [],
  );
  throw new UserError(
    `Cannot pool folds: expected each patch in one of them, got ${shared.length} in more, such as ${JSON.stringify(patch.id)} in "${paths.join('" and "')}"; name each fold of one cross-validation once`,
  );
}

function foldEvaluation({ folder, record, summary }: FoldRun): FoldEvaluation {
  const { best, bestEpoch } = summary;
  const figures = figureNames.map((name) => [name, best[name]]);
  return {
    fold: record.config.fold,
    run: folder.path,
    best_epoch: bestEpoch,
    examples: best.examples,
    positives: best.positives,
    ...(Object.fromEntries(figures) as Pick<Evaluation, FigureName>),
  };
}

function spreadOf(runs: readonly FoldRun[]): FoldsReport['spread'] {
  const spreads = figureNames.map((name) => [
    name,
    meanAndDeviation(runs.map(({ summary }) => summary.best[name])),
  ]);
  return Object.fromEntries(spreads) as FoldsReport['spread'];
}

/** What flatters or harms these figures, as far as it is known. */
function notesOf(parts: readonly Prediction[][], missing: readonly number[]): string[] {
  const slides = parts.map((part) => new Set(part.map(({ group }) => group)));
  const isKnown = slides.every((some) => !some.has(null));
  const known = [...new Set(slides.flatMap((some) => [...some]))];
  const torn = known.filter((slide) => slides.filter((some) => some.has(slide)).length > 1);
  return [
    missing.length === 0
      ? null
      : `${missing.length === 1 ? 'fold' : 'folds'} ${missing.join(', ')} missing or not finished: their patches are not among these`,
    'each fold chose its epoch on its own validation patches: the figures flatter a little',
    parts.length === 1
      ? null
      : 'pooling ranks the scores of different models against each other, which costs some ROC AUC: the mean over the folds is not touched by that',
    isKnown
      ? null
      : 'no slide is known: patches of one slide may have been on both sides, and then the figures flatter',
    isKnown && torn.length > 0
      ? `${counted(torn.length, 'slide is', 'slides are')} in more than one fold: models had seen other patches of them, and the figures flatter`
      : null,
  ].filter((note) => note !== null);
}

function engineText({ name, version, device }: Engine): string {
  return `${name} (${version}, ${device})`;
}

function distinct(texts: readonly string[]): string {
  return [...new Set(texts)].join(', ');
}

function reportFiles(folder: string) {
  return { predictions: join(folder, 'predictions.csv'), metrics: join(folder, 'metrics.json') };
}
