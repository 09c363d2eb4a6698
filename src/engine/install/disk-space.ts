import { mkdir } from 'node:fs/promises';
import { codeOf, UserError } from '../../errors.js';
import { showBytes } from '../../show-bytes.js';

/**
 * Makes a folder and sees to it that its disk has room.
 *
 * @param measure Bytes free in a folder; a test passes its own.
 * @throws {UserError} If there is less room than needed, or the folder cannot be made.
 */
export async function requireSpace(
  folder: string,
  neededBytes: number,
  measure: (folder: string) => Promise<number>,
): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw explainDiskError(folder, error);
  });
  const free = await measure(folder);
  if (free >= neededBytes) return;
  throw new UserError(
    `Cannot install in "${folder}": expected ${showBytes(neededBytes)} of free disk, got ${showBytes(free)}: free some space, choose another folder with HISTO_CACHE, or do without with "--engine wasm"`,
  );
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'a full disk',
  EDQUOT: 'a quota that is used up',
  EROFS: 'a read-only file system',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENOTDIR: 'a file in its place',
  EEXIST: 'a file in its place',
};

/** Turns a disk's refusal into the user's words; anything else stays as it is. */
export function explainDiskError(folder: string, error: unknown): unknown {
  const reason = reasons[codeOf(error) ?? ''];
  if (reason === undefined || error instanceof UserError) return error;
  return new UserError(
    `Cannot install in "${folder}": expected a folder to write to, got ${reason}: free some space or choose another folder with HISTO_CACHE, or do without with "--engine wasm"`,
    { cause: error },
  );
}
