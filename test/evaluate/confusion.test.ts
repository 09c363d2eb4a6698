import { describe, expect, it } from 'vitest';
import { confusionAt, confusionFigures } from '../../src/evaluate/confusion.js';

describe('confusionAt', () => {
  it('calls a patch at the threshold itself tumour', () => {
    const confusion = confusionAt([0.5, 0.5, 0.4, 0.6, 0.1], [0, 1, 1, 1, 0], 0.5);
    expect(confusion).toEqual({ tn: 1, fp: 1, fn: 1, tp: 2 });
  });

  it('refuses scores without labels', () => {
    expect(() => confusionAt([1], [], 0)).toThrow('Cannot count the confusion: expected a label');
  });
});

describe('confusionFigures', () => {
  it('gives the figures worked by hand', () => {
    const figures = confusionFigures({ tn: 50, fp: 10, fn: 5, tp: 35 });
    expect(figures.accuracy).toBeCloseTo(0.85, 15);
    expect(figures.sensitivity).toBeCloseTo(35 / 40, 15);
    expect(figures.specificity).toBeCloseTo(50 / 60, 15);
    expect(figures.balanced_accuracy).toBeCloseTo((35 / 40 + 50 / 60) / 2, 15);
    expect(figures.precision).toBeCloseTo(35 / 45, 15);
    expect(figures.f1).toBeCloseTo(70 / 85, 15);
    expect(figures.mcc).toBeCloseTo(1700 / Math.sqrt(45 * 40 * 60 * 55), 15);
  });

  it('has no value where nought is divided by nought', () => {
    expect(confusionFigures({ tn: 3, fp: 0, fn: 0, tp: 0 })).toEqual({
      accuracy: 1,
      balanced_accuracy: null,
      sensitivity: null,
      specificity: 1,
      precision: null,
      f1: null,
      mcc: null,
    });
  });
});
