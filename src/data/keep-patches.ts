import { codeOf, messageOf, UserError } from '../errors.js';
import { showBytes } from '../show-bytes.js';
import { memoryReader, quarterOfMemory } from './keep-in-memory.js';
import { keepOnDisk } from './keep-on-disk.js';
import { type PatchReader, readPatch } from './read-patch.js';
import { typicalPatch } from './typical-patch.js';

/** Where a run keeps decoded patches; `auto`: where there is room for them. */
export type Cache = 'auto' | 'ram' | 'disk' | 'off';

/** Decoded patches, kept for the epochs to come. */
export interface KeptPatches {
  readonly read: PatchReader;
  /** Where they are, for the log. */
  readonly place: string;
  /** To call when no patch is being read any more; leaves nothing half-written. */
  close(): Promise<void>;
}

/**
 * Keeps decoded patches, as a JPEG costs some 1.3 ms of a processor each time that it is decoded.
 * Nothing but the time depends on it: where the disk fails, that is told and the run goes on.
 *
 * @param cache `auto` takes the memory if a quarter of what is free holds all patches, else the disk
 *   if half of what is free holds them, else as much memory as a quarter.
 * @param paths All patches of the run, to train and to validate.
 */
export async function keepPatches(
  cache: Cache,
  paths: readonly string[],
  options: { readonly signal: AbortSignal; readonly onNotice: (notice: string) => void },
): Promise<KeptPatches> {
  if (cache === 'off') return keptBy(readPatch, 'off');
  if (cache === 'ram') return keptBy(memoryReader(Number.POSITIVE_INFINITY), 'in memory');
  const files = paths.map((path) => ({ id: path, path }));
  const like = await typicalPatch(files, ignore, options.signal);
  if (like === null) return keptBy(readPatch, 'off');
  const bytes = paths.length * 3 * like.widthPx * like.heightPx;
  const quarter = quarterOfMemory();
  const inMemory = memoryReader(quarter);
  if (cache === 'auto' && bytes <= quarter) return keptBy(inMemory, 'in memory');
  try {
    return await keepOnDisk(paths, {
      like,
      shareOfDisk: cache === 'auto' ? 0.5 : 1,
      resort: { read: inMemory, onNotice: options.onNotice },
      signal: options.signal,
    });
  } catch (error) {
    if (!(error instanceof UserError) && codeOf(error) === undefined) throw error;
    options.onNotice(`Note: ${messageOf(error)}`);
    return keptBy(inMemory, `in memory, as far as ${showBytes(quarter)} hold them`);
  }
}

/** Who uses a patch will refuse it. */
function ignore(): void {}

function keptBy(read: PatchReader, place: string): KeptPatches {
  return { read, place, close: async () => {} };
}
