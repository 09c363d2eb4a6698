import { describe, expect, it } from 'vitest';
import { brierScore } from '../../src/evaluate/brier-score.js';
import { logLoss } from '../../src/evaluate/log-loss.js';

describe('logLoss', () => {
  it('gives log 2 where nothing is known', () => {
    expect(logLoss([0, 0], [0, 1])).toBe(Math.LN2);
  });

  it('stays exact where the probability would round to 0 or 1', () => {
    expect(logLoss([1000], [0])).toBe(1000);
    expect(logLoss([-1000], [1])).toBe(1000);
    expect(logLoss([40], [1])).toBeCloseTo(Math.exp(-40), 30); // log(1 + e^-40), not 0
    expect(logLoss([40], [1])).toBeGreaterThan(0);
  });

  it('refuses what is not finite, and nothing at all', () => {
    expect(() => logLoss([Number.NaN], [1])).toThrow('Cannot compute the loss: expected finite');
    expect(() => logLoss([], [])).toThrow('Cannot compute the loss: expected at least one patch');
  });
});

describe('brierScore', () => {
  it('is the mean squared distance', () => {
    expect(brierScore([0.5, 1], [0, 1])).toBe(0.125);
    expect(brierScore([0, 1], [1, 0])).toBe(1);
  });

  it('refuses what is no probability', () => {
    expect(() => brierScore([0.5, 1.5], [0, 1])).toThrow(
      'Cannot compute the Brier score: expected probabilities in [0, 1], got 1.5 at index 1',
    );
  });
});
