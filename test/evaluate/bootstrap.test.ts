import { describe, expect, it } from 'vitest';
import { curvesOf } from '../../src/evaluate/curves.js';
import { evaluatePredictions } from '../../src/evaluate/evaluate-predictions.js';
import type { Prediction } from '../../src/evaluate/prediction.js';
import { simulateSlides } from './simulate-slides.js';

const spread = { shift: 0.5, prevalence: 0.5 };
const patches = simulateSlides({ slides: 12, patches: 60 }, spread, 3);
const withoutSlides = patches.map((patch) => ({ ...patch, group: null }));

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
  );
}

function widthOf(interval: { low: number; high: number } | null): number {
  return interval === null ? Number.NaN : interval.high - interval.low;
}

describe('intervals of patches without slides', () => {
  const { intervals, brier, loss } = evaluatePredictions(withoutSlides);

  it('say which method made them', () => {
    const methods = Object.fromEntries(
      Object.entries(intervals).map(([name, interval]) => [name, interval?.method]),
    );
    expect(methods).toEqual({
      roc_auc: 'DeLong',
      accuracy: 'Wilson',
      sensitivity: 'Wilson',
      specificity: 'Wilson',
      precision: 'Wilson',
      loss: 'bootstrap',
      log_loss: 'bootstrap',
      average_precision: 'bootstrap',
      balanced_accuracy: 'bootstrap',
      f1: 'bootstrap',
      mcc: 'bootstrap',
      brier: 'bootstrap',
      ece: 'bootstrap',
      calibration_slope: 'bootstrap',
      calibration_intercept: 'bootstrap',
    });
  });

  it('of a mean are as wide as its standard error says', () => {
    const squares = withoutSlides.map(({ probability, label }) => (probability - label) ** 2);
    const width = 2 * 1.96 * (deviation(squares) / Math.sqrt(squares.length));
    // 2,000 draws know a standard deviation within 1.6 % (one standard error)
    expect(widthOf(intervals.brier) / width).toBeGreaterThan(0.94);
    expect(widthOf(intervals.brier) / width).toBeLessThan(1.06);
    expect(intervals.brier?.low).toBeLessThan(brier);
    expect(intervals.brier?.high).toBeGreaterThan(brier);
    expect(intervals.loss?.low).toBeLessThan(loss);
  });
});

describe('intervals of slides', () => {
  const evaluation = evaluatePredictions(patches);

  it('are all by drawing slides, and the number of slides is told', () => {
    expect(evaluation.groups).toBe(12);
    for (const [name, interval] of Object.entries(evaluation.intervals)) {
      expect(interval?.method, name).toBe('cluster bootstrap');
    }
  });

  it('of a mean are as wide as the means of the slides say, with t for 12 slides', () => {
    const means = Array.from({ length: 12 }, (_, slide) => {
      const own = patches.filter(({ group }) => group === `${slide}`);
      const squares = own.map(({ probability, label }) => (probability - label) ** 2);
      return squares.reduce((sum, square) => sum + square, 0) / squares.length;
    });
    const t = 2.200985; // R's qt(0.975, 11)
    const width = 2 * t * (deviation(means) / Math.sqrt(12));
    expect(widthOf(evaluation.intervals.brier) / width).toBeGreaterThan(0.93);
    expect(widthOf(evaluation.intervals.brier) / width).toBeLessThan(1.07);
  });

  it('are the same each time', () => {
    expect(evaluatePredictions(patches)).toEqual(evaluation);
  });

  it('do not exist for a single slide', () => {
    const one = patches.filter(({ group }) => group === '0');
    const { groups, intervals } = evaluatePredictions(one);
    expect(groups).toBe(1);
    expect(Object.values(intervals).every((interval) => interval === null)).toBe(true);
  });
});

describe('the interval of the calibration error', () => {
  it('takes out what noise adds, and still reaches the figure', () => {
    for (let seed = 0; seed < 20; seed++) {
      const few = simulateSlides({ slides: 1, patches: 100 }, { shift: 0, prevalence: 0 }, seed);
      const { ece, intervals } = evaluatePredictions(few.map((row) => ({ ...row, group: null })));
      expect(intervals.ece?.low).toBeLessThan(ece);
      expect(intervals.ece?.high).toBeGreaterThanOrEqual(ece);
      expect((intervals.ece?.low ?? 0) + (intervals.ece?.high ?? 0)).toBeLessThan(2 * ece);
    }
  });
});

describe('a scorer that says nothing', () => {
  const constant = withoutSlides.map((patch): Prediction => ({ ...patch, logits: [0, 0] }));

  it('has ROC AUC 0.5 without an interval, and no calibration slope', () => {
    const { roc_auc, intervals, calibration_slope, loss } = evaluatePredictions(constant);
    expect({ roc_auc, calibration_slope }).toEqual({ roc_auc: 0.5, calibration_slope: null });
    expect(intervals.roc_auc).toBeNull();
    expect(intervals.calibration_slope).toBeNull();
    expect(loss).toBeCloseTo(Math.LN2, 12);
  });
});

describe('curvesOf', () => {
  const curves = curvesOf(patches);

  it('gives a ROC curve from corner to corner, whose area is the ROC AUC', () => {
    const { false_positive_rate: x = [], true_positive_rate: y = [] } = curves.roc ?? {};
    expect([x[0], y[0], x.at(-1), y.at(-1)]).toEqual([0, 0, 1, 1]);
    let area = 0;
    for (let i = 1; i < x.length; i++) {
      area += (((x[i] ?? 0) - (x[i - 1] ?? 0)) * ((y[i] ?? 0) + (y[i - 1] ?? 0))) / 2;
    }
    const { roc_auc } = evaluatePredictions(patches);
    expect(area).toBeCloseTo(roc_auc ?? 0, 4); // points between are left out
  });

  it('puts a band around it', () => {
    const { rates = [], low = [], high = [], method } = curves.roc?.band ?? {};
    expect(method).toBe('cluster bootstrap');
    expect([rates.length, low.length, high.length]).toEqual([51, 51, 51]);
    for (const [at, bottom] of low.entries()) expect(bottom).toBeLessThanOrEqual(high[at] ?? 0);
  });

  it('has no band of a single slide, and no intervals of its bins', () => {
    const one = curvesOf(patches.filter(({ group }) => group === '0'));
    expect(one.roc?.band).toBeNull();
    expect(one.reliability.map(({ interval }) => interval)).toEqual(Array(10).fill(null));
  });

  it("gives the bins intervals by slides where they are known, else Wilson's", () => {
    for (const { interval, share } of curves.reliability) {
      expect(interval?.method ?? 'cluster bootstrap').toBe('cluster bootstrap');
      expect(interval?.low ?? 0).toBeLessThanOrEqual(share);
    }
    const [bin] = curvesOf(withoutSlides).reliability;
    expect(bin?.interval?.method).toBe('Wilson');
  });

  it('counts every patch once in the bins and in the histogram', () => {
    const inBins = curves.reliability.reduce((sum, bin) => sum + bin.patches, 0);
    const { positives, negatives } = curves.histogram;
    const inHistogram = [...positives, ...negatives].reduce((sum, count) => sum + count, 0);
    expect(inBins).toBeCloseTo(patches.length, 9);
    expect(inHistogram).toBe(patches.length);
  });

  it('has no ROC curve of one class', () => {
    const tumour = patches.filter(({ label }) => label === 1);
    expect(curvesOf(tumour)).toMatchObject({ roc: null });
    expect(curvesOf(patches.filter(({ label }) => label === 0)).precision_recall).toBeNull();
  });
});

describe('a temperature', () => {
  it('changes probabilities and what follows from them, never the ranking', () => {
    const before = evaluatePredictions(withoutSlides);
    const after = evaluatePredictions(withoutSlides, { temperature: 2 });
    expect(after.roc_auc).toBe(before.roc_auc);
    expect(after.confusion).toEqual(before.confusion);
    expect(after.loss).toBeCloseTo(before.loss, 12); // of the model's own logits
    expect(after.log_loss).not.toBeCloseTo(before.log_loss, 3);
    expect(after.calibration_slope).toBeCloseTo(2 * (before.calibration_slope ?? 0), 9);
    expect(after.calibration?.before.log_loss).toBeCloseTo(before.log_loss, 12);
    expect(after.calibration?.after.log_loss).toBe(after.log_loss);
  });
});

describe('operating points', () => {
  it('apply a threshold as it is, in probability after the temperature', () => {
    const thresholds = [{ name: 'youden', margin: 1, chosen_on: 'validation' }] as const;
    const { operating_points: points } = evaluatePredictions(withoutSlides, {
      thresholds,
      temperature: 2,
    });
    expect(points.map(({ name }) => name)).toEqual(['0.5', 'youden']);
    const called = withoutSlides.filter(({ logits }) => logits[1] >= 1);
    const hits = called.filter(({ label }) => label === 1).length;
    expect(points[1]?.threshold).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 12);
    expect(points[1]?.confusion).toMatchObject({ tp: hits, fp: called.length - hits });
    expect(points[1]?.intervals.f1?.low).toBeLessThan(points[1]?.f1 ?? 0);
  });
});
