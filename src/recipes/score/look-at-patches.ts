import { BadPatches, type OnBadPatch } from '../../data/bad-patches.js';
import type { Reading } from '../../data/batches.js';
import { memoryReader, quarterOfMemory } from '../../data/keep-in-memory.js';
import type { LabelledPatch } from '../../data/labels.js';
import { typicalPatch } from '../../data/typical-patch.js';
import type { Terminal } from '../../terminal.js';
import { type Fingerprinted, fingerprintPatches } from '../train/fingerprint-patches.js';
import type { Member } from './ensemble.js';

/** Patches that were looked at before they are scored, and how they are read from then on. */
export interface LookedAt extends Fingerprinted<LabelledPatch> {
  readonly reading: Reading;
  /** Those that cannot be used: more may go bad until all are scored. */
  readonly bad: BadPatches;
}

/**
 * Reads patches before they are scored, if that tells which are not new to the checkpoints or cannot
 * be used.
 *
 * @throws {UserError} If a patch cannot be used and is not to be left out.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function lookAtPatches(
  patches: readonly LabelledPatch[],
  members: readonly Member[],
  onBadPatch: OnBadPatch,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<LookedAt> {
  const bad = new BadPatches({ onBadPatch, total: patches.length });
  const like = await typicalPatch(patches, bad.leaveOut, interruption);
  const read = memoryReader(quarterOfMemory()); // twice, and by each checkpoint once more
  const reading = { ...(like && { like }), read, onBadPatch: bad.leaveOut };
  const isToLook = onBadPatch === 'skip' || members.some((member) => member.fingerprints !== null);
  const looked = isToLook
    ? await fingerprintPatches(patches, reading, terminal, interruption)
    : { patches, fingerprints: new Uint8Array() };
  return { ...looked, reading, bad };
}
