import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, UserError } from './errors.js';
import { transientFaults } from './retry-transient.js';

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the quota is used up: free some space',
  EROFS: 'the file system is read-only: choose another folder',
  EACCES: 'permission denied: choose a folder you may write to',
  EISDIR: 'a folder stands there: choose another name',
  EEXIST: 'a file stands where a folder is needed: choose another name',
  ENOTDIR: 'a file stands where a folder is needed: choose another name',
  ENOENT: 'nothing can be made there: choose another folder',
  EPERM: 'permission denied: choose a folder you may write to',
  ELOOP: 'a link stands there: remove it',
  EFBIG: 'it is larger than files may be: raise the limit with "ulimit -f unlimited"',
  EMFILE: 'too many files are open: raise the limit with "ulimit -n 4096"',
  ENFILE: 'too many files are open on this machine: end other programs',
  ENAMETOOLONG: 'the name is too long for the file system: choose a shorter one',
  ...transientFaults,
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
  const temporary = temporaryBeside(path);
  try {
    await makeFolder(dirname(path));
    const file = await open(temporary, 'wx');
    try {
      for await (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await moveIntoPlace(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // the first error is the one to tell
    throw writeFault(path, error);
  }
}

/**
 * Sees to it that a file can be written, before the long work that gives its content: makes its
 * folder, and for a moment a temporary file in it.
 *
 * @throws {UserError} If it cannot, as `writeFileAtomically` would say it.
 */
export async function requireWritable(path: string): Promise<void> {
  if (await isFolder(path)) throw new UserError(`Cannot write "${path}": ${remedies['EISDIR']}`);
  const temporary = temporaryBeside(path);
  try {
    await makeFolder(dirname(path));
    await (await open(temporary, 'wx')).close();
    await rm(temporary);
  } catch (error) {
    throw writeFault(path, error);
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Removes what writers that were killed left in a folder, which nobody else may be writing to. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\..+\.[0-9a-f]{12}\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
  }
}

/** Why a file cannot be written and what to do about it, or the error as it is. */
export function writeFault(path: string, error: unknown): unknown {
  const remedy = remedies[codeOf(error) ?? ''];
  if (remedy === undefined) return error;
  return new UserError(`Cannot write "${path}": ${remedy}`, { cause: error });
}

/** Gives a file that is written and synced its name, for good: rename, fsync of the folder. */
export async function moveIntoPlace(temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/**
 * As `mkdir` with `recursive`, which never returns where nothing can be made, as under `/proc`. New
 * folders are there for good: fsync of the one above.
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch(async (error: unknown) => {
    if (!(await isFolder(path))) throw error; // else another process has just made it
  });
  await syncFolder(dirname(path));
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot open a folder for that
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!unsyncable.has(codeOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/** What is answered where a folder cannot be synced, as on some network mounts, or not be read. */
const unsyncable: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EACCES']);
