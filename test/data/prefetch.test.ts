import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { prefetch } from '../../src/data/prefetch.js';

const numbers = Array.from({ length: 20 }, (_, number) => number);
const never = new AbortController().signal;

/** Tasks that count how many run; each takes its own time and heeds its signal. */
function countedTasks(fail: (item: number) => boolean = () => false) {
  const count = { running: 0, most: 0, started: 0 };
  const task = async (item: number, signal: AbortSignal) => {
    count.started++;
    count.most = Math.max(count.most, ++count.running);
    try {
      await sleep((item * 7) % 5);
      signal.throwIfAborted();
      if (fail(item)) throw new Error(`task ${item}`);
      return item;
    } finally {
      count.running--;
    }
  };
  return { count, task };
}

describe('prefetch', () => {
  it.each([1, 2, 3, 7, 100])('keeps the order and runs at most %i at once', async (limit) => {
    const { count, task } = countedTasks();
    const results: number[] = [];
    for await (const result of prefetch(numbers, task, limit, never)) results.push(result);
    expect(results).toEqual(numbers);
    expect(count).toEqual({ running: 0, most: Math.min(limit, 20), started: 20 });
  });

  it('does not run ahead of a slow taker', async () => {
    const { count, task } = countedTasks();
    for await (const result of prefetch(numbers, task, 3, never)) {
      await sleep(3);
      expect(count.started).toBeLessThanOrEqual(result + 3);
    }
  });

  it('leaves nothing running after a break', async () => {
    const { count, task } = countedTasks();
    for await (const result of prefetch(numbers, task, 4, never)) if (result === 5) break;
    expect(count.running).toBe(0);
    expect(count.started).toBeLessThan(20);
  });

  it("leaves nothing running after the taker's error", async () => {
    const { count, task } = countedTasks();
    const taking = async () => {
      for await (const _ of prefetch(numbers, task, 4, never)) throw new Error('taker');
    };
    await expect(taking()).rejects.toThrow('taker');
    expect(count.running).toBe(0);
  });

  it('throws the first failure in its turn and leaves nothing running', async () => {
    const { count, task } = countedTasks((item) => item === 6 || item === 7);
    const results: number[] = [];
    const taking = async () => {
      for await (const result of prefetch(numbers, task, 4, never)) results.push(result);
    };
    await expect(taking()).rejects.toThrow('task 6');
    expect(results).toEqual([0, 1, 2, 3, 4, 5]);
    expect(count.running).toBe(0);
  });

  it('throws the reason of an abort and leaves nothing running', async () => {
    const { count, task } = countedTasks();
    const outer = new AbortController();
    const reason = new Error('stop');
    const taking = async () => {
      for await (const result of prefetch(numbers, task, 4, outer.signal)) {
        if (result === 3) outer.abort(reason);
      }
    };
    await expect(taking()).rejects.toBe(reason);
    expect(count.running).toBe(0);
    expect(count.started).toBeLessThan(20);
  });
});
