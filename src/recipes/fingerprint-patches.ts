import { fingerprintBytes, fingerprintPatch } from '../check/fingerprint.js';
import type { BatchSource } from '../data/batches.js';
import { prefetch } from '../data/prefetch.js';
import type { PatchReader } from '../data/read-patch.js';
import { scoringProgress } from '../report/scoring-progress.js';
import type { Terminal } from '../terminal.js';

const readsAhead = 32;

/**
 * Reads patches and keeps what knows them again; shows how far it has come.
 *
 * @param read Of the run, so that what it keeps is kept already when the run comes to it.
 * @returns Shape [patches, 104].
 * @throws {UserError} If a patch cannot be read.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function fingerprintPatches(
  patches: readonly BatchSource[],
  read: PatchReader,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<Uint8Array> {
  const fingerprints = new Uint8Array(patches.length * fingerprintBytes);
  const progress = scoringProgress(terminal, patches.length, 'looking for leakage');
  const readOne = ({ path }: BatchSource, signal: AbortSignal) => read(path, signal);
  let done = 0;
  try {
    for await (const patch of prefetch(patches, readOne, readsAhead, interruption)) {
      fingerprints.set(fingerprintPatch(patch), done * fingerprintBytes);
      done++;
      if (done % 100 === 0) progress.update(done);
    }
  } finally {
    progress.stop();
  }
  return fingerprints;
}
