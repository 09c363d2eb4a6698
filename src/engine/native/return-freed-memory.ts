import { koffi } from './koffi.js';

const trim = trimOfGlibc();

/**
 * Gives memory that was freed back to the system. glibc keeps what lies between blocks in use, in every
 * thread's pool, more from one session to the next: after ten of ResNet-50's, 230 MB. About 10 ms; does
 * nothing with another C library.
 *
 * @see malloc_trim(3)
 */
export function returnFreedMemory(): void {
  trim?.(0);
}

function trimOfGlibc(): ((kept: number) => number) | null {
  try {
    return koffi.load(null).func('int malloc_trim(size_t)');
  } catch {
    return null; // no such function here
  }
}
