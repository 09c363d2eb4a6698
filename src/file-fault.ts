import { codeOf } from './errors.js';
import { transientFaults } from './retry-transient.js';

/** What a file turned out to be, and what to do about it; told after "expected …, ". */
export class OddFileError extends Error {
  override readonly name = 'OddFileError';
}

const words: Readonly<Record<string, string>> = {
  ...transientFaults,
  ENOENT: 'got nothing at this path: check its spelling',
  ENOTDIR: 'got a file where its path needs a folder: check its spelling',
  EISDIR: 'got a folder: name a file in it',
  EACCES: 'permission denied: make it readable for you',
  EPERM: 'permission denied: make it readable for you',
  EMFILE: 'too many files are open: raise the limit with "ulimit -n 4096"',
  ELOOP: 'got a link that leads back to itself: mend the link',
  ENAMETOOLONG: 'got a name that is too long for the file system: shorten it',
  EIO: 'the disk could not read it: copy the file anew',
  ENXIO: 'got a socket or a device: name a file',
  EAGAIN: 'got a pipe that nobody writes to: name a file',
  ERR_FS_FILE_TOO_LARGE: 'got a file above 2 GiB: name a smaller one',
  ERR_INVALID_ARG_VALUE: 'got a path that no file can have: check its spelling', // a NUL in it
};

/**
 * Why the file system refused and what to do about it, or undefined where the error is no refusal
 * of the file system that a user can mend.
 */
export function fileFault(error: unknown): string | undefined {
  return error instanceof OddFileError ? error.message : words[codeOf(error) ?? ''];
}
