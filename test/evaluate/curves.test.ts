import { describe, expect, it } from 'vitest';
import { averagePrecision } from '../../src/evaluate/average-precision.js';
import { rocCurve } from '../../src/evaluate/roc-curve.js';

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

describe('rocCurve', () => {
  it('has a point for each distinct score, from (0, 0) to (1, 1)', () => {
    expect(rocCurve([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0])).toEqual([
      { threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 },
      { threshold: 0.9, falsePositiveRate: 0, truePositiveRate: 0.5 },
      { threshold: 0.4, falsePositiveRate: 0.5, truePositiveRate: 1 },
      { threshold: 0.1, falsePositiveRate: 1, truePositiveRate: 1 },
    ]);
  });

  it('refuses a single class', () => {
    expect(() => rocCurve([1], [1])).toThrow('Cannot draw the ROC curve: expected both classes');
  });
});
