import { expect, it, vi } from 'vitest';
import { runFolder } from '../../../src/recipes/train/run-folder.js';
import { runWriter } from '../../../src/recipes/train/run-writer.js';
import { AwayError } from '../../../src/retry-transient.js';

it('writes into no other folder than the one that is locked, and waits until it is back', async () => {
  vi.useFakeTimers();
  let isInPlace = false;
  const lock = { isInPlace: async () => isInPlace, [Symbol.asyncDispose]: async () => {} };
  const onNotice = vi.fn();
  const patience = { signal: new AbortController().signal, onNotice };
  const writer = runWriter(runFolder('runs/a'), lock, patience);
  const work = vi.fn(async () => 'written');
  await expect(writer.once(work)).rejects.toThrow(AwayError);
  const waiting = writer.patiently(work);
  await vi.advanceTimersByTimeAsync(500);
  expect(work).not.toHaveBeenCalled();
  expect(onNotice).toHaveBeenCalledExactlyOnceWith(
    'Note: Cannot write into "runs/a": expected the folder that the run began in, got another or none: it was removed or moved, or its disk is away; bring it back; trying again for 2 minutes',
  );
  isInPlace = true;
  await vi.advanceTimersByTimeAsync(1000);
  expect(await waiting).toBe('written');
  vi.useRealTimers();
});
