import { describe, expect, it } from 'vitest';
import { delongInterval } from '../../src/evaluate/delong-interval.js';
import { wilsonInterval } from '../../src/evaluate/wilson-interval.js';

describe('wilsonInterval', () => {
  it("gives the figures of R's prop.test(8, 10, correct = FALSE)", () => {
    const { low, high, level, method } = wilsonInterval(8, 10);
    expect(low).toBeCloseTo(0.4901625, 7); // R prints seven digits
    expect(high).toBeCloseTo(0.9433178, 7);
    expect({ level, method }).toEqual({ level: 0.95, method: 'Wilson' });
  });

  it('ends at 0 and 1 and keeps some width there: z² / (n + z²)', () => {
    const width = 1.959963984540054 ** 2 / (10 + 1.959963984540054 ** 2);
    expect(wilsonInterval(0, 10).low).toBe(0);
    expect(wilsonInterval(0, 10).high).toBeCloseTo(width, 15);
    expect(wilsonInterval(10, 10).low).toBeCloseTo(1 - width, 15);
    expect(wilsonInterval(10, 10).high).toBe(1);
  });

  it.each([
    [1, 0],
    [-1, 3],
    [4, 3],
    [0.5, 3],
    [1, Number.NaN],
  ])('refuses %d of %d', (hits, trials) => {
    expect(() => wilsonInterval(hits, trials)).toThrow(
      `Cannot compute the Wilson interval: expected counts 0 <= hits <= trials with a trial, got ${hits} of ${trials}`,
    );
  });
});

describe('delongInterval', () => {
  it('gives the variance worked by hand', () => {
    // Pairs won: each positive 1/2, 1; each negative 1, 1/2. AUC 3/4, sample variances 1/8 each.
    const interval = delongInterval([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);
    expect(interval?.low).toBeCloseTo(0.75 - 1.959963984540054 * Math.sqrt(1 / 16 + 1 / 16), 12);
    expect(interval?.high).toBe(1); // 1.44 cut
  });

  it.each([
    ['AUC 1', [0.1, 0.2, 0.7, 0.8, 0.9]],
    ['AUC 0', [0.9, 0.8, 0.3, 0.2, 0.1]],
    ['a constant scorer', [0.3, 0.3, 0.3, 0.3, 0.3]],
  ])('is null where the variance is 0: %s', (_, scores) => {
    expect(delongInterval(scores, [0, 0, 1, 1, 1])).toBeNull();
  });

  it('refuses a class of one patch, which has no variance', () => {
    expect(() => delongInterval([1, 2, 3], [0, 0, 1])).toThrow(
      'Cannot compute the DeLong interval: expected two patches of each class, got 1 positive and 2 negative',
    );
    expect(() => delongInterval([1, 2, 3], [0, 0, 0])).toThrow(
      'Cannot compute the DeLong interval: expected both classes, got 0 positive and 3 negative',
    );
  });
});
