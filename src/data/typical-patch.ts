import { BadPatchError, type BadPatchHandler, type PatchFile } from './bad-patch.js';
import type { PatchLike } from './patch-size.js';
import { readPatch } from './read-patch.js';

const looksAt = 9; // most of them are as they should be

/**
 * A patch of the size that most of the first patches have, whichever of them comes first.
 *
 * @param onBadPatch Told of those that cannot be read, which are passed over.
 * @returns Null if there is none.
 */
export async function typicalPatch(
  patches: readonly PatchFile[],
  onBadPatch: BadPatchHandler,
  signal: AbortSignal,
): Promise<PatchLike | null> {
  const found: PatchLike[] = [];
  for (const patch of patches) {
    if (found.length === looksAt) break;
    try {
      const { widthPx, heightPx } = await readPatch(patch.path, signal);
      found.push({ path: patch.path, widthPx, heightPx });
    } catch (error) {
      if (!(error instanceof BadPatchError)) throw error;
      onBadPatch(patch, error);
    }
  }
  const alike = (one: PatchLike) =>
    found.filter(({ widthPx, heightPx }) => widthPx === one.widthPx && heightPx === one.heightPx);
  const [typical] = found.toSorted((a, b) => alike(b).length - alike(a).length); // stable
  return typical ?? null;
}
