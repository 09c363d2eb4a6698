import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errors.js';

/** The bytes that this user may still write to the disk of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** The same for a folder that may not be there yet: of the nearest one above it that is. */
export async function freeBytesNear(folder: string): Promise<number> {
  const isTop = dirname(folder) === folder;
  return freeBytes(folder).catch((error: unknown) => {
    if (isTop || codeOf(error) !== 'ENOENT') throw error;
    return freeBytesNear(dirname(folder));
  });
}
