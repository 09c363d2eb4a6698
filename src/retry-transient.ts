import pRetry from 'p-retry';
import { codeOf, UserError } from './errors.js';

const codes = [
  'EAGAIN',
  'EBUSY',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EIO',
  'ENETDOWN',
  'ENETUNREACH',
  'ENODEV',
  'ENOLCK',
  'ENOTCONN',
  'EREMOTEIO',
  'ESHUTDOWN',
  'ESTALE',
  'ETIMEDOUT',
];

/** What a network mount or a disk answers that may be well again soon, with the words for it. */
export const transientFaults: Readonly<Record<string, string>> = Object.fromEntries(
  codes.map((code) => [code, `the file system does not answer (${code}): bring it back`]),
);

const waits = { retries: 8, minTimeout: 1000, maxTimeout: 30_000 }; // 0, 1, 3, 7, … 121 s after the first

/** A folder that was there is not: it was removed, or its mount is away. */
export class AwayError extends UserError {}

/** How long failures are borne with, and who hears of them. */
export interface Patience {
  /** Its abort ends the waiting; where it was aborted before, nothing is tried again. */
  readonly signal: AbortSignal;
  readonly onNotice: (notice: string) => void;
}

/**
 * Does work with files, again for two minutes where it fails as it does while a network mount is away.
 * A full disk is told at once: it is this very run that fills it, as a rule, and no waiting mends that.
 *
 * @param work Safe to be done again after it has failed halfway.
 * @throws What the work threw last, or the signal's reason.
 */
export async function retryTransient<T>(
  work: () => Promise<T>,
  { signal, onNotice }: Patience,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTransient(error) || signal.aborted) throw error;
    onNotice(`Note: ${(error as Error).message}; trying again for 2 minutes`);
  }
  const shouldRetry = ({ error }: { readonly error: Error }) => isTransient(error);
  return await pRetry(work, { ...waits, signal, shouldRetry });
}

/** True where the file system may be well again soon. */
function isTransient(error: unknown): boolean {
  if (error instanceof AwayError) return true;
  const refusal = error instanceof UserError ? error.cause : error;
  return Object.hasOwn(transientFaults, codeOf(refusal) ?? '');
}
