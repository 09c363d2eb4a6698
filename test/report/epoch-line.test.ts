import { expect, it } from 'vitest';
import { evaluatePredictions } from '../../src/evaluate/evaluate-predictions.js';
import type { Prediction } from '../../src/evaluate/prediction.js';
import { epochLine } from '../../src/report/epoch-line.js';

/** The line of patches with these labels and log-odds of tumour, 0 where none is given. */
function lineOf(labels: readonly (0 | 1)[], margins: readonly number[] = []): string {
  const predictions = labels.map((label, at): Prediction => {
    const margin = margins[at] ?? 0;
    return {
      id: 'a',
      label,
      probability: 1 / (1 + Math.exp(-margin)),
      logits: [0, margin],
      group: null,
    };
  });
  const evaluation = evaluatePredictions(predictions);
  return epochLine({ epoch: 2, epochs: 20, trainLoss: 0.5, evaluation, seconds: 75 });
}

it('epochLine tells losses, accuracy, ROC AUC with its interval, and time', () => {
  // pairs won, as in DeLong's hand-worked case: AUC 3/4, 0.75 - 1.96 sqrt(1/8) = 0.057
  expect(lineOf([0, 0, 1, 1], [-2, 1, 0, 2])).toBe(
    'epoch 2/20  train loss 0.5000  valid loss 0.5651  accuracy 0.7500  ROC AUC 0.7500 (0.057-1.000)  75 s',
  );
});

it('epochLine leaves the interval out where there is none', () => {
  expect(lineOf([0, 1, 1, 0])).toBe(
    'epoch 2/20  train loss 0.5000  valid loss 0.6931  accuracy 0.5000  ROC AUC 0.5000  75 s',
  );
});

it('epochLine says where there is no ROC AUC', () => {
  expect(lineOf([1, 1])).toContain('ROC AUC n/a (one class only)  75 s');
});
