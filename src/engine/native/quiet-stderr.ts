import { koffi } from './koffi.js';

/**
 * Runs an action while the process's standard error goes nowhere, and puts it back. TensorFlow's
 * libraries write to it from C++ while they are opened, some lines whatever the log level.
 *
 * It is the whole process's standard error: in a worker thread, lines that the main thread writes
 * meanwhile would be lost too, so do not use it there.
 *
 * @param action Synchronous.
 */
export function withQuietStderr<T>(action: () => T): T {
  const process_ = koffi.load(null);
  const open: (path: string, flags: number) => number = process_.func(
    'int open(const char *, int)',
  );
  const dup: (fd: number) => number = process_.func('int dup(int)');
  const dup2: (from: number, to: number) => number = process_.func('int dup2(int, int)');
  const close: (fd: number) => number = process_.func('int close(int)');
  const writeOnly = 1;
  const nowhere = open('/dev/null', writeOnly);
  const kept = nowhere < 0 ? -1 : dup(2);
  try {
    if (kept >= 0) dup2(nowhere, 2);
    return action();
  } finally {
    if (kept >= 0) dup2(kept, 2);
    if (kept >= 0) close(kept);
    if (nowhere >= 0) close(nowhere);
  }
}
