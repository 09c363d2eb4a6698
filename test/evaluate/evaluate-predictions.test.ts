import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { evaluatePredictions } from '../../src/evaluate/evaluate-predictions.js';
import type { Prediction } from '../../src/evaluate/prediction.js';
import { hasShared } from '../shared-data.js';
import { goldenMetrics, ninePlaces } from './golden-metrics.js';

function prediction(label: 0 | 1, normal: number, tumour: number): Prediction {
  const probability = 1 / (1 + Math.exp(normal - tumour));
  return {
    id: `${label} ${normal} ${tumour}`,
    label,
    probability,
    logits: [normal, tumour],
    group: null,
  };
}

describe('evaluatePredictions', () => {
  it.skipIf(!hasShared)('gives the golden figures in one plain object', () => {
    for (const golden of goldenMetrics()) {
      const { labels, scores } = golden;
      // a shift of both logits is in no figure but that of the class-1 logit
      const predictions = scores.map((score, i) => prediction(labels[i] as 0 | 1, 2, score + 2));
      const evaluation = evaluatePredictions(predictions);
      expect(evaluation.examples).toBe(200);
      expect(evaluation.roc_auc).toBeCloseTo(golden.roc_auc, ninePlaces);
      expect(evaluation.roc_auc_logit_1).toBeCloseTo(golden.roc_auc, ninePlaces);
      expect(evaluation.loss).toBeCloseTo(golden.log_loss_of_sigmoid, ninePlaces);
      expect(evaluation.brier).toBeCloseTo(golden.brier_of_sigmoid, ninePlaces);
      expect(evaluation.intervals.roc_auc?.low).toBeCloseTo(golden.delong.ci95[0], ninePlaces);
      expect(evaluation.accuracy).toBeCloseTo(golden.accuracy_at_0, ninePlaces);
      expect(evaluation.confusion).toEqual(golden.confusion_at_0);
    }
  });

  it('goes into JSON and back as it is', () => {
    const evaluation = evaluatePredictions([prediction(0, 1, 0), prediction(1, 0, 1)]);
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
    expect(Object.keys(evaluation)).toEqual([
      'examples',
      'positives',
      'negatives',
      'groups',
      'loss',
      'roc_auc',
      'roc_auc_logit_1',
      'average_precision',
      'log_loss',
      'brier',
      'ece',
      'calibration_slope',
      'calibration_intercept',
      'accuracy',
      'balanced_accuracy',
      'sensitivity',
      'specificity',
      'precision',
      'f1',
      'mcc',
      'confusion',
      'intervals',
      'operating_points',
      'calibration',
    ]);
  });

  it('ranks by the difference of the logits, and apart by that of class 1 alone', () => {
    const predictions = [prediction(0, 5, 3), prediction(1, 0, 1)]; // margins -2 and 1
    const { roc_auc, roc_auc_logit_1 } = evaluatePredictions(predictions);
    expect({ roc_auc, roc_auc_logit_1 }).toEqual({ roc_auc: 1, roc_auc_logit_1: 0 });
  });

  it('still ranks where the probabilities have rounded to 1', () => {
    const predictions = [prediction(0, 0, 50), prediction(1, 0, 60)];
    expect(predictions.map(({ probability }) => probability)).toEqual([1, 1]);
    expect(evaluatePredictions(predictions).roc_auc).toBe(1);
  });

  it('says null, never 0, where a class is absent', () => {
    const evaluation = evaluatePredictions([prediction(0, 1, 0), prediction(0, 2, 0)]);
    expect(evaluation).toMatchObject({
      positives: 0,
      negatives: 2,
      roc_auc: null,
      roc_auc_logit_1: null,
      average_precision: null,
      sensitivity: null,
      specificity: 1,
      accuracy: 1,
    });
    expect(evaluation.intervals.roc_auc).toBeNull();
    expect(evaluation.intervals.accuracy?.method).toBe('Wilson');
  });

  it('has no DeLong interval for a class of one patch', () => {
    const evaluation = evaluatePredictions([prediction(1, 0, 1), prediction(0, 2, 0)]);
    expect(evaluation.roc_auc).toBe(1);
    expect(evaluation.intervals.roc_auc).toBeNull();
  });

  it('has no DeLong interval where the classes are parted: it would look certain', () => {
    const parted = [0, 1, 2, 3].map((at) => prediction(at < 2 ? 0 : 1, 0, at));
    const { roc_auc, intervals } = evaluatePredictions(parted);
    expect({ roc_auc, interval: intervals.roc_auc }).toEqual({ roc_auc: 1, interval: null });
  });

  it('refuses no patches and diverged weights', () => {
    expect(() => evaluatePredictions([])).toThrow('expected at least one patch, got none');
    const diverged = {
      id: 'a',
      label: 1,
      probability: Number.NaN,
      logits: [0, Number.NaN],
      group: null,
    } as const;
    expect(() => evaluatePredictions([diverged])).toThrow(
      new UserError(
        'Cannot evaluate patch "a": expected finite logits, got 0 and NaN; the weights have diverged: train with a lower --max-lr',
      ),
    );
  });
});
