import { type Profiler, Session } from 'node:inspector';

/**
 * Watches which code this process runs, block by block, as V8 counts it.
 *
 * @returns How many blocks have run for the first time since it was last asked; of histo and its packages,
 *   not of Node.
 */
export function watchCoverage(): () => number {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();
  return () => {
    const before = seen.size;
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      for (const script of taken.result) if (script.url.startsWith('file:')) note(script, seen);
    });
    return seen.size - before;
  };
}

function note({ scriptId, functions }: Profiler.ScriptCoverage, seen: Set<string>): void {
  for (const { ranges } of functions) {
    for (const { count, startOffset, endOffset } of ranges) {
      if (count > 0) seen.add(`${scriptId}:${startOffset}:${endOffset}`);
    }
  }
}
