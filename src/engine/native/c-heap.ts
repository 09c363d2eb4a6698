import { availableParallelism } from 'node:os';
import { koffi } from './koffi.js';

const M_ARENA_MAX = -8; // of malloc.h

const mallopt = functionOfGlibc('int mallopt(int, int)');
const trim = functionOfGlibc('int malloc_trim(size_t)');

/**
 * Has glibc keep a pool of memory a processor, where it would keep eight: each keeps what was freed in
 * it, so that the process grows for long. MALLOC_ARENA_MAX, if the user has set it, stays. Call it before
 * threads are started; does nothing with another C library.
 *
 * @see mallopt(3)
 */
export function limitArenas(): void {
  if (process.env['MALLOC_ARENA_MAX'] === undefined) mallopt?.(M_ARENA_MAX, availableParallelism());
}

/**
 * Gives memory that was freed back to the system. glibc keeps what lies between blocks in use, more from
 * one session to the next. Does nothing with another C library.
 *
 * @see malloc_trim(3)
 */
export function returnFreedMemory(): void {
  trim?.(0);
}

function functionOfGlibc(prototype: string): ((...values: number[]) => number) | null {
  try {
    return koffi.load(null).func(prototype);
  } catch {
    return null; // no such function here
  }
}
