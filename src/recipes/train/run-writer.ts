import { AwayError, type Patience, retryTransient } from '../../retry-transient.js';
import type { RunFolder } from './run-folder.js';
import type { RunLock } from './run-lock.js';

/** Does what writes into the folder of a run, which must be safe to be done again. */
export interface RunWriter {
  /** Tries again for two minutes where the file system does not answer or the folder is away. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  readonly once: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * A writer into the folder that a run has locked, and into no other: one that was removed is not made
 * anew, as the run would go on in it without its record and its checkpoints.
 */
export function runWriter(folder: RunFolder, lock: RunLock, patience: Patience): RunWriter {
  const once: RunWriter['once'] = async (work) => {
    if (await lock.isInPlace()) return await work();
    throw new AwayError(
      `Cannot write into "${folder.path}": expected the folder that the run began in, got another or none: it was removed or moved, or its disk is away; bring it back`,
    );
  };
  return { once, patiently: (work) => retryTransient(() => once(work), patience) };
}
