import { setImmediate } from 'node:timers/promises';
import { UserError } from '../errors.js';
import { randomStream, shuffle } from '../rng.js';
import { type Augmentation, cropSteps, drawAugmentation } from './augment.js';
import type { Patch } from './patch.js';
import { prefetch } from './prefetch.js';
import { type PatchReader, readPatch } from './read-patch.js';

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

/** A patch to read; without `label` where none is known. */
export interface BatchSource {
  readonly id: string;
  readonly path: string;
  readonly label?: 0 | 1;
}

/** How patches become batches. */
export interface BatchOptions {
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
  /** A patch whose size all must have; the first of the patches if absent. */
  readonly sizeLike?: string;
  /** Default: {@link readPatch}. */
  readonly read?: PatchReader;
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
 * @throws {UserError} If a patch cannot be read, differs in size or is smaller than the crop.
 */
export async function* readBatches(
  patches: readonly BatchSource[],
  options: BatchOptions,
): AsyncGenerator<Batch> {
  const { signal = new AbortController().signal, skipBatches = 0, read = readPatch } = options;
  signal.throwIfAborted();
  const sizeLike = options.sizeLike ?? patches[0]?.path;
  if (sizeLike === undefined) return;
  const loader = { options, read, like: await read(sizeLike, signal), sizeLike };
  const batches = planBatches(patches.length, options).slice(skipBatches);
  const load = (indices: readonly number[], stop: AbortSignal) =>
    loadBatch(patches, indices, loader, stop);
  for await (const { batch, notices } of prefetch(batches, load, batchesAhead, signal)) {
    await setImmediate(); // lets decoded patches in and new ones out, however busy the thread is
    signal.throwIfAborted();
    if (options.onNotice) tellOnce(notices, options.onNotice);
    yield batch;
  }
}

interface Loader {
  readonly options: BatchOptions;
  readonly read: PatchReader;
  readonly like: Patch;
  readonly sizeLike: string;
}

interface Loaded {
  readonly batch: Batch;
  readonly notices: readonly Notice[];
}

/** What was done to a patch to come to 8-bit RGB. */
interface Notice {
  readonly kind: string;
  readonly path: string;
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

async function loadBatch(
  patches: readonly BatchSource[],
  indices: readonly number[],
  loader: Loader,
  signal: AbortSignal,
): Promise<Loaded> {
  const { widthPx, heightPx, pixels: like } = loader.like;
  const sources = indices.map((index) => patches[index] as BatchSource);
  const pixels = new Uint8Array(sources.length * like.length);
  const loads = sources.map(async ({ path }, row) => {
    const place = pixels.subarray(row * like.length, (row + 1) * like.length);
    const patch = await loader.read(path, signal, place);
    refuseOtherSize(patch, path, loader);
    if (patch.pixels !== place) place.set(patch.pixels);
    return patch.notice === null ? [] : [{ kind: patch.notice, path }];
  });
  const notices = (await allOrFirstFault(loads)).flat();
  const batch = {
    pixels,
    steps: stepsOf(indices, loader),
    labels: Int32Array.from(sources, ({ label }) => label ?? -1),
    ids: sources.map(({ id }) => id),
    size: sources.length,
    widthPx,
    heightPx,
  };
  return { batch, notices };
}

/** What is to be cut out of the patches at these positions. */
function stepsOf(indices: readonly number[], { options, like }: Loader): Int32Array {
  const { augmentation, cropPx, seed, epoch } = options;
  if (augmentation === null) return Int32Array.from(cropSteps(null, like, cropPx));
  return Int32Array.from(
    indices.flatMap((index) =>
      cropSteps(drawAugmentation(augmentation, seed, epoch, index), like, cropPx),
    ),
  );
}

/** Waits for all, so that none is left running; the fault thrown is that of the first in order. */
async function allOrFirstFault<T>(loads: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(loads);
  return await Promise.all(loads); // all are settled: the first in order that failed is thrown
}

function refuseOtherSize(patch: Patch, path: string, { like, sizeLike, options }: Loader): void {
  const got = `${patch.widthPx} x ${patch.heightPx} px`;
  const { cropPx } = options;
  if (cropPx > patch.widthPx || cropPx > patch.heightPx) {
    throw new UserError(
      `Cannot use patch "${path}": expected ${cropPx} x ${cropPx} px or more, got ${got}; choose a smaller crop, or larger patches`,
    );
  }
  if (patch.widthPx === like.widthPx && patch.heightPx === like.heightPx) return;
  throw new UserError(
    `Cannot use patch "${path}": expected ${like.widthPx} x ${like.heightPx} px as "${sizeLike}" has, got ${got}; all patches must have one size`,
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
