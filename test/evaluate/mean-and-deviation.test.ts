import { describe, expect, it } from 'vitest';
import { meanAndDeviation } from '../../src/evaluate/mean-and-deviation.js';

describe('meanAndDeviation', () => {
  it('divides by n - 1: 2, 4, 4, 4, 5, 5, 7, 9', () => {
    const figure = meanAndDeviation([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(figure).toEqual({ mean: 5, standard_deviation: Math.sqrt(32 / 7), count: 8 });
  });

  it('leaves out what has no value, and says how many are left', () => {
    expect(meanAndDeviation([1, null, 3])).toEqual({
      mean: 2,
      standard_deviation: Math.SQRT2,
      count: 2,
    });
  });

  it('has no spread of one value, and nothing of none', () => {
    const one = { mean: 0.5, standard_deviation: null, count: 1 };
    expect(meanAndDeviation([null, 0.5])).toEqual(one);
    expect(meanAndDeviation([null])).toBeNull();
  });
});
