import { setImmediate } from 'node:timers/promises';
import { UserError } from '../errors.js';
import { randomStream, shuffle } from '../rng.js';
import { type Augmentation, cropSteps, drawAugmentation } from './augment.js';
import { type BadPatchHandler, refuseBadPatch } from './bad-patch.js';
import { type BatchSource, type Loader, loadBatch, type Notice } from './load-batch.js';
import { type PatchLike, sizeText } from './patch-size.js';
import { prefetch } from './prefetch.js';
import { type PatchReader, readPatch } from './read-patch.js';

export type { BatchSource };

/** Whole patches, and what is to be cut out of them. */
export interface Batch {
  /** Shape [size, heightPx, widthPx, 3], red first. */
  readonly pixels: Uint8Array;
  /** Shape [size, 6], {@link CropSteps} of each patch; [1, 6] without augmentation: those of all. */
  readonly steps: Int32Array;
  /** Shape [size]; -1 where no label is known. */
  readonly labels: Int32Array;
  readonly ids: readonly string[];
  readonly size: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How patches are read. */
export interface Reading {
  /** A patch whose size all must have; the first of the patches if absent. */
  readonly like?: PatchLike;
  /** Default: {@link readPatch}, which reads every file anew. */
  readonly read?: PatchReader;
  /** Default: the first patch that cannot be used is thrown. */
  readonly onBadPatch?: BadPatchHandler;
}

/** How patches become batches. */
export interface BatchOptions extends Reading {
  readonly batchSize: number;
  /** Side of the square cut out of the centre. */
  readonly cropPx: number;
  readonly seed: number;
  readonly epoch: number;
  /** Whether the order is drawn anew from (seed, epoch), or is that of the patches. */
  readonly shuffle: boolean;
  /** Null: none, as in evaluation. */
  readonly augmentation: Augmentation | null;
  /** Batches to pass over, to go on inside an epoch: the others come as they would have. */
  readonly skipBatches?: number;
  readonly signal?: AbortSignal;
  /** Told of each kind once, however often batches are read: such as that alpha is dropped. */
  readonly onNotice?: (notice: string) => void;
}

const batchesAhead = 4; // in the making while one is used: enough to read during a long step
const shufflePurpose = 303; // keeps these draws apart from others of the same seed

/**
 * How many batches so many patches give. A last batch of one is joined to the one before it, as
 * BatchNorm has no variance of one.
 */
export function countBatches(examples: number, batchSize: number): number {
  const count = Math.ceil(examples / batchSize);
  return batchSize > 1 && count > 1 && examples % batchSize === 1 ? count - 1 : count;
}

/**
 * Streams patches as batches: order and content depend on patches, seed and epoch alone, not on
 * which file is read first. Files are read and decoded by other threads up to four batches ahead;
 * that bounds memory. When it ends, by break, error or abort too, no reading goes on.
 *
 * A patch that cannot be used and is left out makes its batch smaller, down to none; all others come
 * as they would have.
 *
 * @throws {UserError} If a patch cannot be read or differs in size, and is not to be left out; or if
 *   the patches are smaller than the crop.
 */
export async function* readBatches(
  patches: readonly BatchSource[],
  options: BatchOptions,
): AsyncGenerator<Batch> {
  const { signal = new AbortController().signal, skipBatches = 0, read = readPatch } = options;
  const { onBadPatch = refuseBadPatch } = options;
  signal.throwIfAborted();
  const like = options.like ?? (await firstOf(patches, read, signal));
  if (like === null) return;
  refuseSmaller(like, options.cropPx);
  const batches = planBatches(patches.length, options).slice(skipBatches);
  const loader = { read, like };
  const load = (indices: readonly number[], stop: AbortSignal) =>
    batchOf(patches, indices, options, loader, stop);
  for await (const { batch, notices, bad } of prefetch(batches, load, batchesAhead, signal)) {
    await setImmediate(); // lets decoded patches in and new ones out, however busy the thread is
    signal.throwIfAborted();
    for (const { source, error } of bad) onBadPatch(source, error);
    if (options.onNotice) tellOnce(notices, options.onNotice);
    yield batch;
  }
}

/** The positions of the patches of each batch. */
function planBatches(examples: number, options: BatchOptions): number[][] {
  const { batchSize, seed, epoch } = options;
  const order = Array.from({ length: examples }, (_, index) => index);
  if (options.shuffle) shuffle(order, randomStream(seed, shufflePurpose, epoch));
  const count = countBatches(examples, batchSize);
  return Array.from({ length: count }, (_, batch) =>
    order.slice(batch * batchSize, batch === count - 1 ? examples : (batch + 1) * batchSize),
  );
}

async function batchOf(
  patches: readonly BatchSource[],
  indices: readonly number[],
  options: BatchOptions,
  loader: Loader,
  signal: AbortSignal,
) {
  const { widthPx, heightPx } = loader.like;
  const sources = indices.map((index) => patches[index] as BatchSource);
  const { pixels, rows, notices, bad } = await loadBatch(sources, loader, signal);
  const loaded = rows.map((row) => sources[row] as BatchSource);
  const drawn = rows.map((row) => indices[row] as number);
  const batch: Batch = {
    pixels,
    steps: stepsOf(drawn, options, loader.like),
    labels: Int32Array.from(loaded, ({ label }) => label ?? -1),
    ids: loaded.map(({ id }) => id),
    size: loaded.length,
    widthPx,
    heightPx,
  };
  return { batch, notices, bad };
}

/** What is to be cut out of the patches at these positions. */
function stepsOf(indices: readonly number[], options: BatchOptions, like: PatchLike): Int32Array {
  const { augmentation, cropPx, seed, epoch } = options;
  if (augmentation === null) return Int32Array.from(cropSteps(null, like, cropPx));
  return Int32Array.from(
    indices.flatMap((index) =>
      cropSteps(drawAugmentation(augmentation, seed, epoch, index), like, cropPx),
    ),
  );
}

async function firstOf(
  patches: readonly BatchSource[],
  read: PatchReader,
  signal: AbortSignal,
): Promise<PatchLike | null> {
  const [first] = patches;
  if (first === undefined) return null;
  const { widthPx, heightPx } = await read(first.path, signal);
  return { path: first.path, widthPx, heightPx };
}

function refuseSmaller(like: PatchLike, cropPx: number): void {
  if (cropPx <= like.widthPx && cropPx <= like.heightPx) return;
  throw new UserError(
    `Cannot use patch "${like.path}": expected ${cropPx} x ${cropPx} px or more, got ${sizeText(like)}; choose a smaller crop, or larger patches`,
  );
}

/** The kinds that a listener was told: a run reads batches each epoch, for training and validation. */
const told = new WeakMap<(notice: string) => void, Set<string>>();

function tellOnce(notices: readonly Notice[], onNotice: (notice: string) => void): void {
  const kinds = told.get(onNotice) ?? new Set();
  told.set(onNotice, kinds);
  for (const { kind, path } of notices) {
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    onNotice(`Patch "${path}": ${kind}, there and in others like it`);
  }
}
