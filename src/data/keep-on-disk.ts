import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFault } from '../atomic-file.js';
import { codeOf, UserError } from '../errors.js';
import { freeBytes } from '../free-disk.js';
import { showBytes } from '../show-bytes.js';
import { DiskPatches, type Resort } from './disk-patches.js';
import { fileMarks, filesDigest } from './file-marks.js';
import {
  markUsed,
  packPath,
  preparePackFolder,
  removeOldPacks,
  temporaryPack,
} from './pack-folder.js';
import { DamagedPackError, PatchPack } from './patch-pack.js';
import type { PatchSize } from './patch-size.js';

/** How patches are kept on the disk. */
export interface DiskOptions {
  /** A patch of the size that all have. */
  readonly like: PatchSize;
  /** How much of the free disk a new pack may take, in (0, 1]. */
  readonly shareOfDisk: number;
  readonly resort: Resort;
  readonly signal: AbortSignal;
}

/**
 * Opens the pack of decoded patches of these files in the user's cache folder, or begins one.
 *
 * @throws {UserError} If the folder cannot be written to or its disk has no room for the pack.
 */
export async function keepOnDisk(
  paths: readonly string[],
  { like, shareOfDisk, resort, signal }: DiskOptions,
): Promise<DiskPatches> {
  const names = [...new Set(paths)].sort(); // so that runs with another split share the pack
  const marks = await fileMarks(names, signal);
  const digest = filesDigest(names, marks);
  const path = packPath(digest);
  const files = { digest, path, marks, rows: new Map(names.map((name, row) => [name, row])) };
  try {
    await preparePackFolder();
    const found = await openWhole(path, names.length, digest, resort);
    if (found !== null) return new DiskPatches(found, { ...files, temporary: null }, resort);
    await removeOldPacks();
    await requireRoom(path, names.length * 3 * like.widthPx * like.heightPx, shareOfDisk);
    const temporary = temporaryPack();
    const pack = await PatchPack.create(temporary, names.length, like);
    return new DiskPatches(pack, { ...files, temporary }, resort);
  } catch (error) {
    throw writeFault(path, error);
  }
}

/** The pack that is there; null if there is none, or one that had to be removed. */
async function openWhole(
  path: string,
  count: number,
  digest: string,
  { onNotice }: Resort,
): Promise<PatchPack | null> {
  try {
    const pack = await PatchPack.open(path, count, digest);
    await markUsed(path);
    return pack;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (!(error instanceof DamagedPackError)) throw error;
    onNotice(`Note: ${error.message}; it is written anew`);
    await rm(path, { force: true });
    return null;
  }
}

async function requireRoom(path: string, bytes: number, shareOfDisk: number): Promise<void> {
  const free = await freeBytes(dirname(path));
  if (bytes <= shareOfDisk * free) return;
  const needed = showBytes(Math.ceil(bytes / shareOfDisk));
  throw new UserError(
    `Cannot write "${path}": expected ${needed} of free disk, got ${showBytes(free)}; free some space, or choose another folder with HISTO_CACHE`,
  );
}
