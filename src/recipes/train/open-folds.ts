import { existsSync } from 'node:fs';
import { UserError } from '../../errors.js';
import { foldsIn, type RunFolder, type RunRecord, readRunRecord, runFolder } from './run-folder.js';
import { readSummary, type TrainingSummary } from './training-summary.js';

/** A finished run that validated on patches of its own. */
export interface FoldRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly summary: TrainingSummary;
}

/** The finished folds of a cross-validation. */
export interface Folds {
  /** In their order. At least one. */
  readonly runs: readonly FoldRun[];
  /** Folds that are not there, or not finished; counted from 1. */
  readonly missing: readonly number[];
}

/**
 * Opens the folds of a cross-validation.
 *
 * @param paths The folder that `histo train --folds` made, or run folders, of folds or of runs with
 *   validation patches of their own.
 * @throws {UserError} If a folder holds no run, none is finished, they are of several
 *   cross-validations, or it is a single run without folds.
 */
export async function openFolds(paths: readonly string[]): Promise<Folds> {
  const folders = paths.flatMap(runsIn);
  const records = await Promise.all(folders.map(readRunRecord));
  refuseSingleRun(folders, records);
  refuseMixture(folders, records);
  const runs: FoldRun[] = [];
  for (const [at, folder] of folders.entries()) {
    const summary = await readSummary(folder);
    if (summary !== null) runs.push({ folder, record: records[at] as RunRecord, summary });
  }
  if (runs.length === 0) {
    throw new UserError(
      `Cannot evaluate the folds of "${paths.join('", "')}": expected one that is trained to its end, got none; go on with histo train --resume --out RUN`,
    );
  }
  return { runs: runs.toSorted((a, b) => numberOf(a) - numberOf(b)), missing: missingOf(runs) };
}

function runsIn(path: string): RunFolder[] {
  const folds = foldsIn(path);
  if (folds.length > 0) return folds;
  const run = runFolder(path);
  if (existsSync(run.config)) return [run];
  throw new UserError(
    `Cannot evaluate "${path}" without --labels: expected the folder of a run with fold-1, fold-2, …, or of one fold, got none; check the path, or name patches with --labels FILE --images FOLDER`,
  );
}

function refuseSingleRun(folders: readonly RunFolder[], records: readonly RunRecord[]): void {
  const [folder, record] = [folders[0], records[0]];
  if (folders.length > 1 || record?.config.folds !== null) return;
  throw new UserError(
    `Cannot evaluate "${folder?.path}" without --labels: expected folds, got a single run; name patches with --labels FILE --images FOLDER, or train with --folds`,
  );
}

function refuseMixture(folders: readonly RunFolder[], records: readonly RunRecord[]): void {
  const first = records[0] as RunRecord;
  const other = records.findIndex(({ config, dataDigest }) => {
    if (config.folds !== first.config.folds) return true;
    return config.folds !== null && dataDigest !== first.dataDigest;
  });
  if (other < 0) return;
  throw new UserError(
    `Cannot pool "${folders[0]?.path}" and "${folders[other]?.path}": expected folds of one cross-validation, got ${foldsText(first)} and ${foldsText(records[other] as RunRecord)}; name the folds of one`,
  );
}

function foldsText({ config, dataDigest }: RunRecord): string {
  if (config.folds === null) return 'a run without folds';
  return `fold ${config.fold} of ${config.folds} of patches ${dataDigest.slice(0, 12)}`;
}

function numberOf({ record }: FoldRun): number {
  return record.config.fold ?? 0;
}

function missingOf(runs: readonly FoldRun[]): number[] {
  const wanted = runs[0]?.record.config.folds ?? 0;
  const there = new Set(runs.map(numberOf));
  return Array.from({ length: wanted }, (_, index) => index + 1).filter((fold) => !there.has(fold));
}
