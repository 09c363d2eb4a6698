import { freemem } from 'node:os';
import type { Patch } from './patch.js';
import { readPatch } from './read-patch.js';

/** Reads a patch, as {@link readPatch} does. */
export type PatchReader = (path: string, signal?: AbortSignal) => Promise<Patch>;

/** Which decoded patches a run keeps: what fits well, all, or none. */
export type Cache = 'auto' | 'ram' | 'off';

/**
 * A reader that decodes a file once and keeps its pixels in memory, 27.6 kB a patch of 96 px: a
 * JPEG costs some 1.3 ms of a processor each time that it is decoded.
 *
 * A file that changes later is not noticed. Patches that come when the memory is used up are read
 * anew each time, so `auto` is safe with any number of them.
 *
 * @param cache `auto` keeps as many as fill a quarter of the memory that is free now.
 */
export function patchReader(cache: Cache): PatchReader {
  if (cache === 'off') return readPatch;
  const limitBytes = cache === 'ram' ? Number.POSITIVE_INFINITY : freeBytes() / 4;
  const kept = new Map<string, Patch>();
  let bytes = 0;
  return async (path, signal) => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    const patch = await readPatch(path, signal);
    if (!kept.has(path) && bytes + patch.pixels.byteLength <= limitBytes) {
      bytes += patch.pixels.byteLength;
      kept.set(path, patch);
    }
    return patch;
  };
}

/** What this process may still take, in a container or a job with a limit too. */
function freeBytes(): number {
  const limit = process.constrainedMemory();
  const isLimited = limit > 0 && limit < Number.MAX_SAFE_INTEGER;
  return Math.min(freemem(), isLimited ? limit - process.memoryUsage.rss() : freemem());
}
