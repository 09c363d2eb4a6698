import { describe, expect, it } from 'vitest';
import { brierScore } from '../../src/evaluate/brier-score.js';
import { expectedCalibrationError } from '../../src/evaluate/calibration-error.js';
import { calibrationIntercept, calibrationSlope } from '../../src/evaluate/calibration-line.js';
import { logLoss } from '../../src/evaluate/log-loss.js';
import { fitTemperature } from '../../src/evaluate/temperature.js';

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
    expect(brierScore([0, Math.log(3)], [0, 1])).toBeCloseTo((0.25 + 0.0625) / 2, 15);
    expect(brierScore([1000, -1000], [1, 0])).toBe(0);
    expect(brierScore([1000, -1000], [0, 1])).toBe(1);
  });

  it('refuses what is not finite', () => {
    expect(() => brierScore([0, Number.NaN], [0, 1])).toThrow(
      'Cannot compute the Brier score: expected finite scores, got NaN at index 1',
    );
  });
});

describe('expectedCalibrationError', () => {
  it('is 0 where the share of tumour is what was said, tied scores or not', () => {
    const labels = [1, 0, 0, 0];
    expect(expectedCalibrationError([0, 0, 0, 0].fill(-Math.log(3)), labels)).toBeCloseTo(0, 15);
  });

  it('does not depend on the order of tied patches', () => {
    const scores = [0, 0, 0, 0, 1, 1];
    const one = expectedCalibrationError(scores, [1, 1, 0, 0, 0, 1]);
    expect(expectedCalibrationError(scores, [0, 0, 1, 1, 1, 0])).toBe(one);
    expect(one).toBeCloseTo(Math.abs(0.5 - 1 / (1 + Math.exp(-1))) / 3, 15); // 2 of 6 are off
  });
});

describe('calibrationSlope', () => {
  it('has no value where no line fits: parted classes, one class, a constant', () => {
    expect(calibrationSlope([-2, -1, 1, 2], [0, 0, 1, 1])).toBeNull();
    expect(calibrationSlope([-2, -1, 1, 2], [1, 1, 1, 1])).toBeNull();
    expect(calibrationSlope([1, 1, 1, 1], [0, 1, 0, 1])).toBeNull();
    expect(calibrationIntercept([-2, -1], [0, 0])).toBeNull();
  });

  it('is a tenth where log-odds are ten times too sure', () => {
    // three of four right at log-odds log 3: said, log 3 to the power of ten
    const labels = [1, 1, 1, 0, 0, 0, 0, 1];
    const margins = [10, 10, 10, 10, -10, -10, -10, -10].map((times) => times * Math.log(3));
    expect(calibrationSlope(margins, labels)).toBeCloseTo(0.1, 9);
    expect(fitTemperature(margins, labels)).toBeCloseTo(10, 9);
  });
});

describe('fitTemperature', () => {
  it('has no value for parted classes, chance and what is worse', () => {
    expect(fitTemperature([-1, 1], [0, 1])).toBeNull();
    expect(fitTemperature([-1, 1, -1, 1], [0, 1, 1, 0])).toBeNull();
    expect(fitTemperature([-1, 1, 2], [1, 0, 1])).toBeNull();
  });

  it('refuses one class', () => {
    expect(() => fitTemperature([1, 2], [1, 1])).toThrow(
      'Cannot fit a temperature: expected both classes, got 2 positive and 0 negative',
    );
  });
});
