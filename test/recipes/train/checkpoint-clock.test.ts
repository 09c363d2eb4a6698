import { describe, expect, it } from 'vitest';
import { checkpointClock } from '../../../src/recipes/train/checkpoint-clock.js';

describe('checkpointClock', () => {
  it('is due at every so many steps of the run', () => {
    const clock = checkpointClock('5steps');
    const due = Array.from({ length: 15 }, (_, index) => index + 1).filter(clock.isDue);
    expect(due).toEqual([5, 10, 15]);
  });

  it('takes one step as well', () => {
    expect([1, 2, 3].every(checkpointClock('1step').isDue)).toBe(true);
  });

  it.each([
    ['30s', 30_000],
    ['10min', 600_000],
    ['2h', 7_200_000],
  ])('is due %s after the checkpoint before', (every, milliseconds) => {
    let nowMs = 1000;
    const clock = checkpointClock(every, () => nowMs);
    nowMs += milliseconds - 1;
    expect(clock.isDue(1)).toBe(false);
    nowMs += 1;
    expect(clock.isDue(2)).toBe(true);
    clock.reset();
    expect(clock.isDue(3)).toBe(false);
    nowMs += milliseconds;
    expect(clock.isDue(4)).toBe(true);
  });

  it.each(['', '0steps', '10', '5 steps', '3days'])('refuses "%s"', (every) => {
    expect(() => checkpointClock(every)).toThrow(RangeError);
  });
});
