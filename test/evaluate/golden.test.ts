import { describe, expect, it } from 'vitest';
import { averagePrecision } from '../../src/evaluate/average-precision.js';
import { brierScore } from '../../src/evaluate/brier-score.js';
import { confusionAt, confusionFigures } from '../../src/evaluate/confusion.js';
import { delongDifference } from '../../src/evaluate/delong-difference.js';
import { delongInterval } from '../../src/evaluate/delong-interval.js';
import { logLoss } from '../../src/evaluate/log-loss.js';
import { rocAuc } from '../../src/evaluate/roc-auc.js';
import { hasShared } from '../shared-data.js';
import { goldenMetrics, ninePlaces } from './golden-metrics.js';

describe.skipIf(!hasShared)('figures of scikit-learn and pROC', () => {
  const cases = hasShared ? goldenMetrics() : [];

  it('are those of four cases: plain, ties, imbalanced, inverted', () => {
    expect(cases.map(({ name }) => name)).toEqual(['gaussian', 'ties', 'imbalanced', 'inverted']);
  });

  it.each(cases)('match in the ranking of "$name"', ({ scores, labels, ...golden }) => {
    expect(rocAuc(scores, labels)).toBeCloseTo(golden.roc_auc, ninePlaces);
    expect(averagePrecision(scores, labels)).toBeCloseTo(golden.average_precision, ninePlaces);
  });

  it.each(cases)('match in the DeLong interval of "$name"', ({ scores, labels, delong }) => {
    const interval = delongInterval(scores, labels);
    expect(interval?.low).toBeCloseTo(delong.ci95[0], ninePlaces);
    expect(interval?.high).toBeCloseTo(delong.ci95[1], ninePlaces);
  });

  it.each(cases)('match in the probabilities of "$name"', ({ scores, labels, ...golden }) => {
    expect(logLoss(scores, labels)).toBeCloseTo(golden.log_loss_of_sigmoid, ninePlaces);
    expect(brierScore(scores, labels)).toBeCloseTo(golden.brier_of_sigmoid, ninePlaces);
  });

  it('match in the paired test of pROC', () => {
    const paired = cases.filter(({ paired_delong }) => paired_delong !== undefined);
    expect(paired).not.toHaveLength(0);
    for (const { scores, scores_b = [], labels, roc_auc, paired_delong } of paired) {
      const { difference, z, p_value } = delongDifference(scores, scores_b, labels);
      expect(difference).toBeCloseTo(roc_auc - (paired_delong?.auc_b ?? 0), ninePlaces);
      expect(z).toBeCloseTo(paired_delong?.z ?? 0, ninePlaces);
      expect(p_value).toBeCloseTo(paired_delong?.p_value ?? 0, ninePlaces);
    }
  });

  it.each(cases)('match in the confusion of "$name"', ({ scores, labels, ...golden }) => {
    const confusion = confusionAt(scores, labels, 0);
    const figures = confusionFigures(confusion);
    expect(confusion).toEqual(golden.confusion_at_0);
    expect(figures.accuracy).toBeCloseTo(golden.accuracy_at_0, ninePlaces);
    expect(figures.f1).toBeCloseTo(golden.f1_at_0, ninePlaces);
    expect(figures.mcc).toBeCloseTo(golden.mcc_at_0, ninePlaces);
    expect(figures.balanced_accuracy).toBeCloseTo(golden.balanced_accuracy_at_0, ninePlaces);
  });
});
