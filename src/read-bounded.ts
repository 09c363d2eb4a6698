import { type FileHandle, open, stat } from 'node:fs/promises';
import { OddFileError } from './file-fault.js';
import { showBytes } from './show-bytes.js';

/** Names of pipes that the shell has opened: unlike a named pipe, opening one waits for nobody. */
const openPipes = /^\/dev\/(stdin|fd\/\d+)$|^\/proc\/self\/fd\/\d+$/;

/**
 * Opens a file that a user has named. A pipe is welcome as `/dev/stdin` or through the shell's `<(…)`; a
 * named pipe, a device or a socket is not, as reading it may never come to an end.
 *
 * @throws {OddFileError} If it is none of these, or larger.
 * @throws {Error} Of the file system.
 */
export async function openToRead(path: string, mostBytes: number): Promise<FileHandle> {
  const found = await stat(path);
  const isPipe = found.isFIFO() && openPipes.test(path);
  if (found.isDirectory()) throw new OddFileError('got a folder: name a file in it');
  if (!found.isFile() && !isPipe) {
    throw new OddFileError('got a named pipe, a device or a socket: name a file');
  }
  if (found.size > mostBytes) throw tooLarge(mostBytes);
  return open(path);
}

/**
 * Reads a whole file that a user has named, of a size that fits its purpose.
 *
 * @throws {OddFileError} If it is larger, or may never come to an end.
 * @throws {Error} Of the file system.
 */
export async function readBounded(path: string, mostBytes: number): Promise<Buffer> {
  const file = await openToRead(path, mostBytes);
  try {
    if ((await file.stat()).isFile()) return await file.readFile();
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

export function tooLarge(mostBytes: number): OddFileError {
  return new OddFileError(`got more than ${showBytes(mostBytes)}: name a smaller file`);
}
