import { constants, type FileHandle, open, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { makeFolder, writeFault } from '../../atomic-file.js';
import { codeOf, messageOf, UserError } from '../../errors.js';
import type { RunFolder } from './run-folder.js';

const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;

/** The right to write into a run folder. */
export interface RunLock extends AsyncDisposable {
  /** Whether the folder is still the one that was locked: false once it was removed or replaced. */
  readonly isInPlace: () => Promise<boolean>;
}

/**
 * Takes the right to write into a run folder, which one process has at a time. The lock is the
 * kernel's, on the file `run.lock`: it ends with its process, however that ends, on network file
 * systems for other machines too. The file goes when the lock is given back; one that a crash left is
 * no lock. Where a lock cannot be had, that is told, and the run goes on.
 *
 * @throws {UserError} If another process has it, or nothing can be written there.
 * @example await using lock = await lockRun(folder, terminal.note)
 */
export async function lockRun(
  { path: folder, lock: path }: RunFolder,
  onNotice: (notice: string) => void,
): Promise<RunLock> {
  for (;;) {
    const file = await openLockFile(folder, path);
    try {
      if (!isLocked(file, path, onNotice)) throw inUse(folder, await file.readFile('utf8'));
    } catch (error) {
      await file.close();
      throw error;
    }
    const lock = lockOf(file, path, await open(folder), folder);
    try {
      if (await isAt(file, path)) {
        await introduce(file, path);
        return lock;
      }
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
    await lock[Symbol.asyncDispose](); // who had it before has just removed its file: once more
  }
}

/** @param opened The folder: as long as it is open, none that is made anew is taken for it. */
function lockOf(file: FileHandle, path: string, opened: FileHandle, folder: string): RunLock {
  return {
    isInPlace: () => isAt(opened, folder),
    [Symbol.asyncDispose]: async () => {
      const isOurs = await isAt(file, path).catch(() => false);
      if (isOurs) await rm(path, { force: true }).catch(() => {}); // no lock once closed
      await Promise.allSettled([file.close(), opened.close()]); // their disk is away, perhaps
    },
  };
}

async function openLockFile(folder: string, path: string): Promise<FileHandle> {
  try {
    await makeFolder(folder);
    const file = await open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    throw writeFault(path, error);
  }
  throw new UserError(
    `Cannot write "${path}": expected a regular file, got another kind: remove it`,
  );
}

type TryLock = (fd: number) => boolean;

/** True if the lock is this process's now, or cannot be had by anybody. */
function isLocked({ fd }: FileHandle, path: string, onNotice: (notice: string) => void): boolean {
  try {
    const { tryLock } = createRequire(import.meta.url)('fs-native-extensions') as {
      readonly tryLock: TryLock;
    };
    return tryLock(fd);
  } catch (error) {
    onNotice(
      `Note: "${path}" cannot be locked (${messageOf(error)}): see to it that no other run writes there`,
    );
    return true;
  }
}

/** Whether the path still leads to the open file or folder. */
async function isAt(file: FileHandle, path: string): Promise<boolean> {
  const [opened, found] = await Promise.all([
    file.stat({ bigint: true }),
    stat(path, { bigint: true }).catch((error: unknown) => {
      if (codeOf(error) === undefined) throw error;
      return null;
    }),
  ]);
  return found !== null && opened.ino === found.ino && opened.dev === found.dev;
}

/** Says in the file whose lock it is, for those who are refused. */
async function introduce(file: FileHandle, path: string): Promise<void> {
  const owner = `process ${process.pid} on ${hostname()}, since ${new Date().toISOString()}\n`;
  try {
    await file.truncate();
    await file.appendFile(owner);
  } catch (error) {
    throw writeFault(path, error);
  }
}

function inUse(folder: string, owner: string): UserError {
  const [line = ''] = owner.split('\n', 1);
  const who = /^process [\x20-\x7e]{1,200}$/.test(line) ? line : 'another process';
  return new UserError(
    `Cannot train into "${folder}": expected a folder that no run is writing to, got one in use by ${who}; wait until it has ended, stop it, or choose another --out`,
  );
}
