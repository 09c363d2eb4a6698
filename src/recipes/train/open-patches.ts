import type { Config } from '../../config/schema.js';
import { BadPatches, type SkippedPatch } from '../../data/bad-patches.js';
import type { Reading } from '../../data/batches.js';
import { type KeptPatches, keepPatches } from '../../data/keep-patches.js';
import { retryingReader } from '../../data/retrying-reader.js';
import { typicalPatch } from '../../data/typical-patch.js';
import type { RunRecord } from './run-folder.js';
import { skippedBefore, withoutSkipped } from './skipped-patches.js';
import type { TrainingData } from './training-data.js';

/** What the patches of a run are opened with. */
export interface PatchOptions {
  readonly config: Config;
  readonly data: TrainingData;
  /** Of the run that goes on, or of another fold: what it left out is left out; null: there is none. */
  readonly earlier: RunRecord | null;
  readonly signal: AbortSignal;
  readonly onNotice: (notice: string) => void;
}

/** The patches of both sides, kept as the config wants it. */
export interface OpenPatches {
  readonly kept: KeptPatches;
  readonly reading: Reading;
  /** How many there are, with those that cannot be used. */
  readonly total: number;
  /** Those that were left out earlier, and the data without them. */
  readonly before: readonly SkippedPatch[];
  readonly left: TrainingData;
  /** Those that turn out to be bad while they are read. */
  readonly bad: BadPatches;
}

/**
 * Opens the patches of a run but for those that it, or another fold, left out before.
 *
 * @param lost Patches that went bad before the run stopped.
 * @throws {UserError} If one of the first patches cannot be used and is not to be left out.
 */
export async function openPatches(
  { config, data, earlier, signal, onNotice }: PatchOptions,
  lost: readonly SkippedPatch[],
): Promise<OpenPatches> {
  const before = skippedBefore(earlier, data, config.images);
  const left = withoutSkipped(data, before);
  const sources = [...left.split.train, ...left.split.valid];
  const total = sources.length + before.length;
  const bad = new BadPatches({ onBadPatch: config.onBadPatch, total, before, skipped: lost });
  const like = await typicalPatch(sources, bad.leaveOut, signal);
  const paths = sources.map(({ path }) => path);
  const kept = await keepPatches(config.cache, paths, { signal, onNotice });
  const read = retryingReader(kept.read, { signal, onNotice });
  const reading = { ...(like && { like }), read, onBadPatch: bad.leaveOut };
  return { kept, reading, total, before, left, bad };
}
