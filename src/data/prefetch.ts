/**
 * Runs tasks ahead of the one who takes their results, in order.
 *
 * Results come in the order of the items whatever task ends first. At most `limit` tasks run or
 * wait for their turn. On break, failure and abort the others are told by their signal, and the
 * generator ends only when all have ended.
 *
 * @param outer Aborts all; its reason is thrown.
 * @throws What a task throws, in its turn.
 */
export async function* prefetch<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  task: (item: T, signal: AbortSignal) => Promise<R>,
  limit: number,
  outer: AbortSignal,
): AsyncGenerator<R> {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const running: Promise<R>[] = []; // oldest first; its length is the memory bound
  try {
    for await (const item of items) {
      outer.throwIfAborted();
      const result = task(item, signal);
      result.catch(() => {}); // thrown in its turn below; this only hushes "unhandled rejection"
      running.push(result);
      if (running.length >= limit) yield await (running.shift() as Promise<R>);
    }
    for (let next = running.shift(); next; next = running.shift()) {
      outer.throwIfAborted();
      yield await next;
    }
  } finally {
    stop.abort();
    await Promise.allSettled(running);
  }
}
