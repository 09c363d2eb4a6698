import { freeMemory } from '../free-memory.js';
import type { Patch } from './patch.js';
import { type PatchReader, readPatch } from './read-patch.js';

/**
 * A reader that decodes a file once and keeps its pixels in memory, 27.6 kB a patch of 96 px.
 *
 * A file that changes later is not noticed. Patches that come when the limit is reached are read
 * anew each time, so any number of them is safe.
 */
export function memoryReader(limitBytes: number): PatchReader {
  const kept = new Map<string, Patch>();
  let bytes = 0;
  return async (path, signal, room, like) => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    const patch = await readPatch(path, signal, room, like);
    if (!kept.has(path) && bytes + patch.pixels.byteLength <= limitBytes) {
      bytes += patch.pixels.byteLength;
      kept.set(path, patch);
    }
    return patch;
  };
}

/** A quarter of what this process may still take. */
export function quarterOfMemory(): number {
  return freeMemory() / 4;
}
