import { BadPatchError } from './bad-patch.js';
import type { Patch } from './patch.js';
import { type PatchLike, refuseOtherSize } from './patch-size.js';
import type { PatchReader } from './read-patch.js';

/** A patch to read; without `label` where none is known. */
export interface BatchSource {
  readonly id: string;
  readonly path: string;
  readonly label?: 0 | 1;
}

/** Patches of a batch as they were read. */
export interface LoadedBatch {
  /** Shape [size, heightPx, widthPx, 3], red first. */
  readonly pixels: Uint8Array;
  /** Those that are in the batch, as positions in what was to be loaded. */
  readonly rows: readonly number[];
  /** What was done to patches to come to 8-bit RGB. */
  readonly notices: readonly Notice[];
  /** Those that are not in the batch, in its order. */
  readonly bad: readonly { readonly source: BatchSource; readonly error: BadPatchError }[];
}

/** What was done to a patch to come to 8-bit RGB. */
export interface Notice {
  readonly kind: string;
  readonly path: string;
}

/** With what patches are loaded. */
export interface Loader {
  readonly read: PatchReader;
  readonly like: PatchLike;
}

/** Reads the patches of a batch, all at once; those that cannot be used leave no gap. */
export async function loadBatch(
  sources: readonly BatchSource[],
  loader: Loader,
  signal: AbortSignal,
): Promise<LoadedBatch> {
  const patchBytes = 3 * loader.like.widthPx * loader.like.heightPx;
  const pixels = new Uint8Array(sources.length * patchBytes);
  const loads = sources.map(({ path }, row) => {
    const place = pixels.subarray(row * patchBytes, (row + 1) * patchBytes);
    return loadInto(place, path, loader, signal);
  });
  const patches = await allOrFirstFault(loads);
  const rows: number[] = [];
  const notices: Notice[] = [];
  const bad: { source: BatchSource; error: BadPatchError }[] = [];
  for (const [row, patch] of patches.entries()) {
    const source = sources[row] as BatchSource;
    if (patch instanceof BadPatchError) {
      bad.push({ source, error: patch });
      continue;
    }
    const place = rows.length;
    if (place < row) {
      pixels.copyWithin(place * patchBytes, row * patchBytes, (row + 1) * patchBytes);
    }
    rows.push(row);
    if (patch.notice !== null) notices.push({ kind: patch.notice, path: source.path });
  }
  return { pixels: pixels.subarray(0, rows.length * patchBytes), rows, notices, bad };
}

/** Reads a patch into its place in a batch, or says what is wrong with it. */
async function loadInto(
  place: Uint8Array,
  path: string,
  { read, like }: Loader,
  signal: AbortSignal,
): Promise<Patch | BadPatchError> {
  try {
    const patch = await read(path, signal, place, like);
    refuseOtherSize(path, patch, like);
    if (patch.pixels !== place) place.set(patch.pixels);
    return patch;
  } catch (error) {
    if (error instanceof BadPatchError) return error;
    throw error;
  }
}

/** Waits for all, so that none is left running; the fault thrown is that of the first in order. */
async function allOrFirstFault<T>(loads: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(loads);
  return await Promise.all(loads); // all are settled: the first in order that failed is thrown
}
