import { freemem } from 'node:os';

/** Bytes that this process may still take, in a container or a job with a limit too. */
export function freeMemory(): number {
  const limit = process.constrainedMemory();
  const isLimited = limit > 0 && limit < Number.MAX_SAFE_INTEGER;
  return Math.min(freemem(), isLimited ? limit - process.memoryUsage.rss() : freemem());
}
