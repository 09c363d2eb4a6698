import { describe, expect, it } from 'vitest';
import { averagePrecision } from '../../src/evaluate/average-precision.js';

describe('averagePrecision', () => {
  it('gives the docstring example: recall 1/2 at precision 1, then 1/2 at 2/3', () => {
    expect(averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBeCloseTo(0.5 + 1 / 3, 15);
  });

  it('gives a constant scorer the share of tumour', () => {
    expect(averagePrecision([1, 1, 1, 1], [0, 1, 0, 0])).toBe(0.25);
  });

  it('refuses a single class', () => {
    expect(() => averagePrecision([1, 2], [0, 0])).toThrow(
      'Cannot compute average precision: expected both classes, got 0 positive and 2 negative',
    );
  });
});
