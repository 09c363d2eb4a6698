import type { SkippedPatch } from '../../data/bad-patches.js';
import { engineText } from '../../engine/choose.js';
import type { BaselineComparison } from '../../evaluate/compare-with-baseline.js';
import {
  type Evaluation,
  type FigureName,
  figureNames,
} from '../../evaluate/evaluate-predictions.js';
import { type MeanAndDeviation, meanAndDeviation } from '../../evaluate/mean-and-deviation.js';
import type { LeakageReport } from '../train/leakage-report.js';
import type { FoldRun } from '../train/open-folds.js';

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
  /** Patches that could not be used, of all folds. */
  readonly skipped_patches: readonly SkippedPatch[];
  readonly baseline: BaselineComparison | null;
  readonly ensemble: readonly [];
  readonly tta: null;
  /** What the folds' own patches have in common with what each was trained on; null: nothing. */
  readonly leakage: LeakageReport | null;
  /** A run looks for it before it trains. */
  readonly leakage_checked: true;
  /** Each fold's epoch was chosen on its own of these patches. */
  readonly validation_share: 1;
  readonly folds: readonly FoldEvaluation[];
  /** Over the folds that have a value; null if none has. */
  readonly spread: { readonly [Name in FigureName]: MeanAndDeviation | null };
  /** Folds of the cross-validation that are not among these, or not finished; counted from 1. */
  readonly missing_folds: readonly number[];
  /** What a reader must know of these figures. */
  readonly notes: readonly string[];
}

/** A fold as it stands beside the others. */
export function foldEvaluation({ folder, record, summary }: FoldRun): FoldEvaluation {
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

/** The leaks of all folds together; null: none. */
export function leakageOf(runs: readonly FoldRun[]): LeakageReport | null {
  const leaks = runs.flatMap(({ record, summary: { leakage } }) =>
    leakage === null ? [] : [{ fold: record.config.fold, leakage }],
  );
  if (leaks.length === 0) return null;
  const sum = (count: (leak: LeakageReport) => number) =>
    leaks.reduce((total, { leakage }) => total + count(leakage), 0);
  return {
    train_twins: sum(({ train_twins }) => train_twins),
    shared_slides: sum(({ shared_slides }) => shared_slides),
    examples: leaks.flatMap(({ leakage }) => leakage.examples),
    text: leaks.map(({ fold, leakage }) => `fold ${fold}: ${leakage.text}`).join('; '),
  };
}

/** Mean and spread of every figure over the folds. */
export function spreadOf(runs: readonly FoldRun[]): FoldsReport['spread'] {
  const spreads = figureNames.map((name) => [
    name,
    meanAndDeviation(runs.map(({ summary }) => summary.best[name])),
  ]);
  return Object.fromEntries(spreads) as FoldsReport['spread'];
}

/** What the folds were trained on, and by which engines. */
export function originOf(
  runs: readonly FoldRun[],
): Pick<FoldsReport, 'labels' | 'engine' | 'computed_in'> {
  const distinct = (texts: readonly string[]) => [...new Set(texts)].join(', ');
  const engines = runs.flatMap(({ record }) => record.engines);
  return {
    labels: distinct(runs.map(({ record }) => record.config.labels)),
    engine: distinct(engines.map(engineText)),
    computed_in: 'float32',
  };
}

/** The patches that the folds left out, each once. */
export function skippedOf(runs: readonly FoldRun[]): SkippedPatch[] {
  const all = runs.flatMap(({ summary }) => summary.skippedPatches);
  return [...new Map(all.map((patch) => [patch.id, patch])).values()];
}
