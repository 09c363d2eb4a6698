import { describe, expect, it } from 'vitest';
import { initialValues } from '../../src/model/initial-values.js';
import type { Parameter } from '../../src/model/parameters.js';

const filter: Parameter = { name: 'f', kind: 'filter', shape: [64, 32, 3, 3], fanIn: 288 };
const matrix: Parameter = { name: 'm', kind: 'matrix', shape: [128, 100], fanIn: 100 };

function moments(values: Float32Array): { mean: number; deviation: number; kurtosis: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const central = (power: number) =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  return { mean, deviation: Math.sqrt(central(2)), kurtosis: central(4) / central(2) ** 2 };
}

describe('initialValues', () => {
  it('draws filters from a normal distribution of variance 2 / fan-out', () => {
    const { mean, deviation, kurtosis } = moments(initialValues(filter, 0, 0));
    const expected = Math.sqrt(2 / (64 * 3 * 3));
    // 18,432 draws: the standard errors are 0.7 % of the deviation (mean), 0.5 % (deviation) and
    // 0.036 (kurtosis); four of them are allowed.
    expect(Math.abs(mean)).toBeLessThan(0.03 * expected);
    expect(Math.abs(deviation / expected - 1)).toBeLessThan(0.021);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.15);
  });

  it('draws matrices and biases evenly within 1 / sqrt(in)', () => {
    const values = initialValues(matrix, 0, 0);
    expect(Math.max(...values)).toBeLessThanOrEqual(0.1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.1);
    // A uniform distribution's deviation is its bound / sqrt(3); 12,800 draws know it to 0.4 %.
    expect(Math.abs(moments(values).deviation / (0.1 / Math.sqrt(3)) - 1)).toBeLessThan(0.016);
  });

  it.each([
    ['scale', 1],
    ['offset', 0],
    ['mean', 0],
    ['variance', 1],
  ] as const)('starts a BatchNorm %s at %d', (kind, value) => {
    const parameter: Parameter = { name: 'n', kind, shape: [3], fanIn: 3 };
    expect([...initialValues(parameter, 7, 0)]).toEqual([value, value, value]);
  });

  it('depends on the seed and the place in the model alone', () => {
    expect(initialValues(filter, 1, 2)).toEqual(initialValues(filter, 1, 2));
    expect(initialValues(filter, 1, 2)).not.toEqual(initialValues(filter, 2, 2));
    expect(initialValues(filter, 1, 2)).not.toEqual(initialValues(filter, 1, 3));
  });
});
