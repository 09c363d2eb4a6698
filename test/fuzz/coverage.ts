import { type Profiler, Session } from 'node:inspector';

/**
 * Watches which code this process runs, block by block, as V8 counts it.
 *
 * @param harness The URL of the program that asks: its own way is nothing new.
 * @returns Whether a function, of histo's or its packages', has run a set of its blocks for the first time
 *   since it was last asked.
 */
export function watchCoverage(harness: string): () => boolean {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();
  return () => {
    const before = seen.size;
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      for (const { url, scriptId, functions } of taken.result) {
        if (!url.startsWith('file:') || url === harness) continue; // Node's own, and ours
        for (const one of functions) seen.add(`${scriptId} ${blocksOf(one)}`);
      }
    });
    return seen.size > before;
  };
}

/** A function by the blocks of it that were left out: those that ran as often as it are not listed. */
function blocksOf({ ranges }: Profiler.FunctionCoverage): string {
  return ranges
    .filter(({ count }, at) => at === 0 || count === 0)
    .map(
      ({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}${count > 0 ? '' : '!'}`,
    )
    .join(' ');
}
