import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InterruptedError, UserError } from '../src/errors.js';
import { AwayError, retryTransient } from '../src/retry-transient.js';

let notes: string[] = [];
beforeEach(() => {
  notes = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

function patience(signal = new AbortController().signal) {
  return { signal, onNotice: (notice: string) => void notes.push(notice) };
}

function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: no answer`), { code });
}

/** Work that fails so many times. */
function failing(times: number, error: Error) {
  return vi.fn(async () => {
    if (times-- > 0) throw error;
    return 'done';
  });
}

describe('retryTransient', () => {
  it('does what works once, without a word', async () => {
    const work = failing(0, refusal('EIO'));
    expect(await retryTransient(work, patience())).toBe('done');
    expect(work).toHaveBeenCalledTimes(1);
    expect(notes).toEqual([]);
  });

  it.each([
    ['what the system answers', refusal('EIO')],
    ['what was told of it', new UserError('Cannot write', { cause: refusal('ETIMEDOUT') })],
    [
      'what Node has no name for',
      Object.assign(refusal('Unknown system error -116'), { errno: -116 }),
    ],
    ['a folder that is away', new AwayError('Cannot write')],
  ])('tries again, with one note: %s', async (_, error) => {
    const work = failing(4, error);
    const result = retryTransient(work, patience());
    await vi.advanceTimersByTimeAsync(7000); // after 0, 1, 2 and 4 s
    expect(await result).toBe('done');
    expect(work).toHaveBeenCalledTimes(5);
    expect(notes).toEqual([`Note: ${error.message}; trying again for 2 minutes`]);
  });

  it('gives up after two minutes with the last error', async () => {
    const work = failing(100, refusal('EIO'));
    const result = retryTransient(work, patience()).catch((error: Error) => error);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(work).toHaveBeenCalledTimes(9);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await result).toMatchObject({ code: 'EIO' });
    expect(work).toHaveBeenCalledTimes(10);
  });

  it.each(['ENOSPC', 'EROFS', 'EACCES', 'ENOENT'])('tells at once: %s', async (code) => {
    const work = failing(1, refusal(code));
    await expect(retryTransient(work, patience())).rejects.toMatchObject({ code });
    expect(work).toHaveBeenCalledTimes(1);
    expect(notes).toEqual([]);
  });

  it('waits no longer once it is interrupted', async () => {
    const interruption = new AbortController();
    const work = failing(100, refusal('EIO'));
    const result = retryTransient(work, patience(interruption.signal)).catch((error) => error);
    await vi.advanceTimersByTimeAsync(10_000);
    const reason = new InterruptedError('SIGINT', 'stop');
    interruption.abort(reason);
    expect(await result).toBe(reason);
    await expect(retryTransient(work, patience(interruption.signal))).rejects.toThrow('EIO');
  });
});
