import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';

/** What a patch's file name may end in, the first that exists being taken; case does not matter. */
export const patchExtensions: readonly string[] = ['.tif', '.tiff', '.png', '.jpg', '.jpeg'];

/**
 * The patches of a folder: id (file name without extension) to file name. The folder is listed
 * once, so that 220,025 patches cost no more than a second. Hidden files are passed over.
 *
 * @throws {UserError} If the folder is missing, no folder, or not permitted.
 */
export async function patchFiles(images: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const file of await namesIn(images)) {
    if (file.startsWith('.')) continue;
    const { name: id, ext } = parse(file);
    const rank = patchExtensions.indexOf(ext.toLowerCase());
    if (rank < 0) continue;
    const rival = files.get(id);
    if (rival === undefined || rank < patchExtensions.indexOf(parse(rival).ext.toLowerCase())) {
      files.set(id, file);
    }
  }
  return files;
}

/**
 * Lists all patches of a folder, sorted by id (by code units, so alike on every machine).
 *
 * @throws {UserError} If the folder cannot be read or holds no patch.
 */
export async function listPatches(images: string): Promise<{ id: string; path: string }[]> {
  const files = await patchFiles(images);
  if (files.size === 0) {
    throw new UserError(
      `Cannot read patches of "${images}": expected files that end in ${patchExtensions.join(', ')}, got none; name the folder that holds the patches themselves`,
    );
  }
  return [...files.keys()]
    .sort()
    .map((id) => ({ id, path: join(images, files.get(id) as string) }));
}

async function namesIn(images: string): Promise<string[]> {
  try {
    return (await readdir(images)).sort();
  } catch (error) {
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw new UserError(`Cannot read patches of "${images}": expected a folder, ${fault}`, {
      cause: error,
    });
  }
}
