import { describe, expect, it } from 'vitest';
import { dropoutMask } from '../../src/model/dropout-mask.js';

describe('dropoutMask', () => {
  it('drops the share asked for and scales what is kept, so that the expectation stays', () => {
    const mask = dropoutMask([0, 0, 0], 100_000, 0.2);
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1.25)]));
    const mean = mask.reduce((sum, value) => sum + value, 0) / mask.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.007); // four standard errors: 4 * 0.5 / sqrt(1e5)
  });

  it('keeps everything at rate 0', () => {
    expect(new Set(dropoutMask([0], 1000, 0))).toEqual(new Set([1]));
  });

  it('is the same for the same keys and another for any other seed, step or layer', () => {
    const mask = dropoutMask([0, 1, 0], 1000, 0.5);
    expect(dropoutMask([0, 1, 0], 1000, 0.5)).toEqual(mask);
    for (const keys of [
      [1, 1, 0],
      [0, 2, 0],
      [0, 1, 1],
    ]) {
      const other = dropoutMask(keys, 1000, 0.5);
      const same = other.filter((value, at) => value === mask[at]).length;
      expect(Math.abs(same - 500)).toBeLessThan(64); // independent masks agree in half: four sigma
    }
  });
});
