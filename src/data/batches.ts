import { setImmediate } from 'node:timers/promises';
import { UserError } from '../errors.js';
import { randomStream, shuffle } from '../rng.js';
import { type Augmentation, augmentAndCrop, drawAugmentation } from './augment.js';
import { type Channels, createNormalizer, type Normalizer } from './normalize.js';
import type { Patch } from './patch.js';
import { prefetch } from './prefetch.js';
import { type PatchReader, readPatch } from './read-patch.js';

/** Patches as the network takes them. */
export interface Batch {
  /** Shape [size, cropPx, cropPx, 3], normalised. */
  readonly images: Float32Array;
  /** Shape [size]; -1 where no label is known. */
  readonly labels: Int32Array;
  readonly ids: readonly string[];
  readonly size: number;
  readonly cropPx: number;
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
  readonly channels: Channels;
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
  const loader = { options, read, like: await read(sizeLike, signal), sizeLike, rooms: [] };
  const batches = planBatches(patches.length, options).slice(skipBatches);
  const normalize = createNormalizer(options.channels);
  const load = (indices: readonly number[], stop: AbortSignal) =>
    loadBatch(patches, indices, loader, normalize, stop);
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
  /** Room for the pixels of a batch, of batches that are made: at most as many as are ahead. */
  readonly rooms: Uint8Array[];
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
  normalize: Normalizer,
  signal: AbortSignal,
): Promise<Loaded> {
  const { augmentation, cropPx, seed, epoch } = loader.options;
  const sources = indices.map((index) => patches[index] as BatchSource);
  const patchLength = 3 * cropPx * cropPx;
  const images = new Float32Array(sources.length * patchLength);
  const crop = new Uint8Array(patchLength); // of one patch after the other
  const rowBytes = loader.like.pixels.length;
  const room = roomFor(sources.length * rowBytes, loader);
  const loads = sources.map(async ({ path }, row) => {
    const place = room.subarray(row * rowBytes, (row + 1) * rowBytes);
    const patch = await loader.read(path, signal, place);
    refuseOtherSize(patch, path, loader);
    const index = indices[row] as number;
    const draw = augmentation && drawAugmentation(augmentation, seed, epoch, index);
    normalize(augmentAndCrop(patch, draw, cropPx, crop), images, row * patchLength);
    return patch.notice === null ? [] : [{ kind: patch.notice, path }];
  });
  const notices = (await allOrFirstFault(loads)).flat();
  loader.rooms.push(room); // nothing reads into it any more, and its pixels are in the batch
  const batch = {
    images,
    labels: Int32Array.from(sources, ({ label }) => label ?? -1),
    ids: sources.map(({ id }) => id),
    size: sources.length,
    cropPx,
  };
  return { batch, notices };
}

/** Room that a batch before left, or new one. */
function roomFor(bytes: number, { rooms }: Loader): Uint8Array {
  const room = rooms.pop();
  return room !== undefined && room.length >= bytes ? room : new Uint8Array(bytes);
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
