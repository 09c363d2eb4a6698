import { dirname } from 'node:path';
import type { SkippedPatch } from '../../data/bad-patches.js';
import { refuseOneClass, type Split } from '../../data/split.js';
import type { RunRecord } from './run-folder.js';
import type { TrainingData } from './training-data.js';

/**
 * The patches that a run left out before its first step, by the paths that they have now: the data may
 * have moved since, and the patches may have been mended or replaced by files of another kind.
 *
 * @param record Of the run, or of another fold of the same cross-validation; null: there is none.
 * @param images The folder of the training patches.
 */
export function skippedBefore(
  record: RunRecord | null,
  { split }: TrainingData,
  images: string,
): SkippedPatch[] {
  if (record === null) return [];
  return relocated(record.skipped ?? [], record.config.images, split, images);
}

/** @param former The folder of the training patches when these were left out. */
export function relocated(
  skipped: readonly SkippedPatch[],
  former: string,
  { train, valid }: Split,
  images: string,
): SkippedPatch[] {
  const paths = new Map([...train, ...valid].map((patch) => [placeOf(patch, images), patch.path]));
  return skipped.map((patch) => ({
    ...patch,
    path: paths.get(placeOf(patch, former)) ?? patch.path,
  }));
}

/** Tells patches of the training folder and of another one apart, wherever these are. */
function placeOf({ id, path }: Pick<SkippedPatch, 'id' | 'path'>, images: string): string {
  return JSON.stringify([dirname(path) === images, id]);
}

/**
 * The same data without patches that cannot be used. The split was drawn with them, so that all other
 * patches are on the side where they would be.
 *
 * @throws {UserError} If what is left to train on lacks a class.
 */
export function withoutSkipped(data: TrainingData, skipped: readonly SkippedPatch[]): TrainingData {
  if (skipped.length === 0) return data;
  const gone = new Set(skipped.map(({ path }) => path));
  const splits = data.splits.map(({ train, valid, description }) => {
    const left = train.filter(({ path }) => !gone.has(path));
    refuseOneClass(left, 'mend the patches that cannot be used');
    return { train: left, valid: valid.filter(({ path }) => !gone.has(path)), description };
  });
  return { ...data, splits, split: splits[data.splits.indexOf(data.split)] as Split };
}
