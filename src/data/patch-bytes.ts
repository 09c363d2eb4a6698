import { close, constants, fstat, lstat, open, read, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import { codeOf, UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import { BadPatchError } from './bad-patch.js';

// half the processor time of fs/promises on small files, and no more than readFile takes
const openFile = promisify(open);
const statOf = promisify(fstat);
const readAt = promisify(read);
const closeFile = promisify(close);
const linkOf = promisify(lstat);

const waitsForNobody = constants.O_NONBLOCK ?? 0; // a pipe named x.tif has perhaps no writer; Windows has none
const ofMachine = ['EMFILE', 'ENFILE']; // no fault of the file's

/**
 * Reads the file of a patch, if it is a regular one: never a pipe or a device, which may have no end.
 *
 * @param limitBytes The largest file that is read.
 * @param count How many bytes of it; default: all.
 * @returns Null if the file is larger.
 * @throws {BadPatchError} If there is none, it is no regular file, or it may not or cannot be read.
 */
export async function patchBytes(
  path: string,
  limitBytes: number,
  count = limitBytes,
): Promise<Buffer | null> {
  try {
    const file = await openFile(path, constants.O_RDONLY | waitsForNobody);
    try {
      const stats = await statOf(file);
      if (!stats.isFile()) throw notRegular(path, kindOf(stats));
      return stats.size > limitBytes ? null : await readWhole(file, Math.min(stats.size, count));
    } finally {
      await closeFile(file);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw await faultOf(path, error);
  }
}

/** What is there of so many bytes: less if the file was cut off meanwhile. */
async function readWhole(file: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let done = 0;
  for (let got = -1; got !== 0 && done < size; done += got) {
    got = (await readAt(file, bytes, done, size - done, done)).bytesRead;
  }
  return bytes.subarray(0, done);
}

async function faultOf(path: string, error: unknown): Promise<unknown> {
  const code = codeOf(error) ?? '';
  if (code === 'ENXIO' || code === 'EOPNOTSUPP') return notRegular(path, 'a socket or a device');
  if (code === 'ENOENT') {
    const isDangling = await isLink(path);
    const [got, remedy] = isDangling
      ? ['a link to nothing', 'mend the link']
      : ['nothing at this path', 'put the file back'];
    return cannotRead(path, `got ${got}: ${remedy}`, error);
  }
  const fault = fileFault(error);
  if (fault === undefined) return error;
  if (!ofMachine.includes(code)) return cannotRead(path, fault, error);
  return new UserError(`Cannot read patch "${path}": expected an image, ${fault}`, {
    cause: error,
  });
}

function notRegular(path: string, kind: string): BadPatchError {
  return cannotRead(path, `got ${kind}: move it away`);
}

function cannotRead(path: string, why: string, cause?: unknown): BadPatchError {
  return new BadPatchError('read', path, `expected an image, ${why}`, cause);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  return stats.isFIFO() ? 'a named pipe' : 'a socket or a device';
}

async function isLink(path: string): Promise<boolean> {
  return linkOf(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}
