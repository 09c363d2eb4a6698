import { fingerprintBytes, fingerprintPatch } from '../../check/fingerprint.js';
import { BadPatchError, refuseBadPatch } from '../../data/bad-patch.js';
import type { BatchSource, Reading } from '../../data/batches.js';
import { refuseOtherSize } from '../../data/patch-size.js';
import { prefetch } from '../../data/prefetch.js';
import { readPatch } from '../../data/read-patch.js';
import { scoringProgress } from '../../report/scoring-progress.js';
import type { Terminal } from '../../terminal.js';

const readsAhead = 32;

/** Patches that can be used, and what knows them again. */
export interface Fingerprinted<Source extends BatchSource> {
  /** In the order given. */
  readonly patches: readonly Source[];
  /** Shape [patches, 104]. */
  readonly fingerprints: Uint8Array;
}

/**
 * Reads patches and keeps what knows them again; shows how far it has come.
 *
 * @param reading As the run reads, so that what it keeps is kept already when the run comes to it.
 * @throws {UserError} If a patch cannot be used and is not to be left out.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function fingerprintPatches<Source extends BatchSource>(
  patches: readonly Source[],
  reading: Reading,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Fingerprinted<Source>> {
  const { onBadPatch = refuseBadPatch } = reading;
  const fingerprints = new Uint8Array(patches.length * fingerprintBytes);
  const usable: Source[] = [];
  const progress = scoringProgress(terminal, patches.length, 'looking for leakage');
  const look = ({ path }: Source, signal: AbortSignal) => fingerprintOf(path, reading, signal);
  let done = 0;
  try {
    for await (const fingerprint of prefetch(patches, look, readsAhead, interruption)) {
      const patch = patches[done++] as Source;
      if (fingerprint instanceof BadPatchError) {
        onBadPatch(patch, fingerprint);
      } else {
        fingerprints.set(fingerprint, usable.length * fingerprintBytes);
        usable.push(patch);
      }
      if (done % 100 === 0) progress.update(done);
    }
  } finally {
    progress.stop();
  }
  return {
    patches: usable,
    fingerprints: fingerprints.subarray(0, usable.length * fingerprintBytes),
  };
}

/** The fingerprint, so that no pixels wait for their turn; or what is wrong with the patch. */
async function fingerprintOf(
  path: string,
  { read = readPatch, like }: Reading,
  signal: AbortSignal,
): Promise<Uint8Array | BadPatchError> {
  try {
    const patch = await read(path, signal, undefined, like);
    signal.throwIfAborted();
    if (like !== undefined) refuseOtherSize(path, patch, like);
    return fingerprintPatch(patch);
  } catch (error) {
    if (error instanceof BadPatchError) return error;
    throw error;
  }
}
