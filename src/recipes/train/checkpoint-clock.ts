const millisecondsOf = { s: 1000, min: 60_000, h: 3_600_000 } as const;

/** Tells when a checkpoint within an epoch is due. */
export interface CheckpointClock {
  /** @param step Optimizer updates of the whole run, the last one included. */
  readonly isDue: (step: number) => boolean;
  /** Starts the time anew: a checkpoint was just saved. */
  readonly reset: () => void;
}

/**
 * A clock for `checkpointEvery`. Steps are counted over the whole run, so that a resumed run saves at
 * the same ones; time counts from the checkpoint before.
 *
 * @param every As in `500steps`, `30s`, `10min`, `2h`.
 * @param now In milliseconds, never going back.
 * @throws {RangeError} If it is neither.
 * @example checkpointClock('500steps').isDue(1000) // true
 */
export function checkpointClock(every: string, now = () => performance.now()): CheckpointClock {
  const [, digits, unit] = /^([1-9]\d*)(steps?|s|min|h)$/.exec(every) ?? [];
  const count = Number(digits);
  if (unit?.startsWith('step')) return { isDue: (step) => step % count === 0, reset: () => {} };
  if (unit !== 's' && unit !== 'min' && unit !== 'h') {
    throw new RangeError(`Cannot read "${every}": expected steps or a time, such as 500steps`);
  }
  let savedMs = now();
  return {
    isDue: () => now() - savedMs >= count * millisecondsOf[unit],
    reset: () => {
      savedMs = now();
    },
  };
}
