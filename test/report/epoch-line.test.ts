import { expect, it } from 'vitest';
import { evaluatePredictions, type Prediction } from '../../src/evaluate/evaluate-predictions.js';
import { epochLine } from '../../src/report/epoch-line.js';

/** A patch that the model knows nothing of. */
function undecided(label: 0 | 1): Prediction {
  return { id: 'a', label, probability: 0.5, logits: [0, 0] };
}

function lineOf(labels: readonly (0 | 1)[]): string {
  const evaluation = evaluatePredictions(labels.map(undecided));
  return epochLine({ epoch: 2, epochs: 20, trainLoss: 0.5, evaluation, seconds: 75 });
}

it('epochLine tells losses, accuracy, ROC AUC with its interval, and time', () => {
  expect(lineOf([0, 1, 1, 0])).toBe(
    'epoch 2/20  train loss 0.5000  valid loss 0.6931  accuracy 0.5000  ROC AUC 0.5000 (0.500-0.500)  75 s',
  );
});

it('epochLine says where there is no ROC AUC', () => {
  expect(lineOf([1, 1])).toContain('ROC AUC n/a (one class only)  75 s');
});
