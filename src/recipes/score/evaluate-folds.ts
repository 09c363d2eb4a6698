import { requireWritable } from '../../atomic-file.js';
import { dataDigest } from '../../data/labels.js';
import { UserError } from '../../errors.js';
import { type Curves, curvesOf } from '../../evaluate/curves.js';
import { evaluatePredictions } from '../../evaluate/evaluate-predictions.js';
import type { Prediction } from '../../evaluate/prediction.js';
import { calibrated } from '../../evaluate/temperature.js';
import { readPredictions, writePredictions } from '../../report/predictions-csv.js';
import { foldsContentsOf } from '../report/folds-contents-of.js';
import { foldsNotes, slidesAcross } from '../report/folds-notes.js';
import {
  type FoldsReport,
  foldEvaluation,
  leakageOf,
  originOf,
  skippedOf,
  spreadOf,
} from '../report/folds-report.js';
import { evaluationFiles, writeMetrics, writeReport } from '../report/write-report.js';
import { type FoldRun, openFolds } from '../train/open-folds.js';
import { besideBaseline } from './baseline.js';
import { predictionsOf } from './predictions-of.js';

export interface EvaluateFoldsOptions {
  /** Folders of folds, or the run folders of folds themselves. At least one. */
  readonly runs: readonly string[];
  /** What `predictionsOf` reads, to compare the pooled predictions with; null: nothing. */
  readonly baseline: string | null;
  /** Folder for metrics.json, predictions.csv and report.html; null: none. */
  readonly out: string | null;
  /** Whether the plots of the report are written as PNG too. */
  readonly png: boolean;
}

/** A cross-validation's figures, and the curves that they may be drawn with. */
export interface EvaluatedFolds {
  readonly report: FoldsReport;
  readonly curves: Curves;
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
): Promise<EvaluatedFolds> {
  const { runs, missing } = await openFolds(options.runs);
  const files = options.out === null ? null : evaluationFiles(options.out);
  for (const path of Object.values(files ?? {})) await requireWritable(path);
  const parts = await Promise.all(runs.map(outOfFold));
  refuseSharedPatches(runs, parts);
  interruption.throwIfAborted();
  const pooled = parts.flat();
  const baseline =
    options.baseline === null
      ? null
      : {
          name: options.baseline,
          rows: await predictionsOf(options.baseline),
        };
  const slides = slidesAcross(parts);
  const notes = foldsNotes(runs, slides, missing);
  const evaluation = evaluatePredictions(pooled);
  const report: FoldsReport = {
    leakage: leakageOf(runs),
    leakage_checked: true,
    validation_share: 1,
    notes,
    ...evaluation,
    checkpoint: options.runs.join(', '),
    ensemble: [],
    tta: null,
    ...originOf(runs),
    data_digest: dataDigest(pooled),
    skipped_patches: skippedOf(runs),
    baseline: await besideBaseline(pooled, baseline, [], interruption),
    folds: runs.map(foldEvaluation),
    spread: spreadOf(runs),
    missing_folds: missing,
  };
  const curves = curvesOf(pooled);
  if (options.out !== null) {
    await writePredictions(evaluationFiles(options.out).predictions, pooled);
    const contents = await foldsContentsOf({ runs, slides, evaluation, curves, report });
    await writeReport(options.out, contents, options);
    await writeMetrics(options.out, report);
  }
  return { report, curves };
}

/** What a fold's model said of its own validation patches, after its temperature if it has one. */
async function outOfFold({ folder, summary }: FoldRun): Promise<Prediction[]> {
  const predictions = await readPredictions(folder.validPredictions);
  return calibrated(predictions, summary.best.calibration?.temperature ?? null);
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
