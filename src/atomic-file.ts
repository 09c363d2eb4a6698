import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, UserError } from './errors.js';

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the quota is used up: free some space',
  EROFS: 'the file system is read-only: choose another folder',
  EACCES: 'permission denied: choose a folder you may write to',
  EISDIR: 'a folder stands there: choose another name',
  EEXIST: 'a file stands where a folder is needed: choose another name',
  ENOTDIR: 'a file stands where a folder is needed: choose another name',
  EPERM: 'permission denied: choose a folder you may write to',
};

/**
 * Writes a file whole or not at all: a temporary file in the same folder, fsync, rename, fsync of
 * the folder. Folders are made where missing. An older file stays as it was if anything fails.
 *
 * @param chunks The content, written one after the other.
 * @throws {UserError} If the disk is full, the folder read-only or not permitted.
 */
export async function writeFileAtomically(
  path: string,
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      for await (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    const remedy = remedies[codeOf(error) ?? ''];
    if (remedy === undefined) throw error;
    throw new UserError(`Cannot write "${path}": ${remedy}`, { cause: error });
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot open a folder for that
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
