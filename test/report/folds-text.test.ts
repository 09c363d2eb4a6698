import { expect, it } from 'vitest';
import { evaluatePredictions } from '../../src/evaluate/evaluate-predictions.js';
import { foldsText } from '../../src/report/folds-text.js';

/** Figures of patches by the margins of their logits. */
function figuresOf(tumour: readonly number[], normal: readonly number[]) {
  const prediction = (label: 0 | 1) => (margin: number) => ({
    id: `${label}${margin}`,
    label,
    probability: 1 / (1 + Math.exp(-margin)),
    logits: [0, margin] as const,
    group: null,
  });
  return evaluatePredictions([...tumour.map(prediction(1)), ...normal.map(prediction(0))]);
}

it('shows each fold, then mean and standard deviation of those that have a value', () => {
  const leakage = null;
  const split = 'fold 1 of 3: 8 patches to train and 4 to validate';
  const folds = [
    { bestEpoch: 2, split, leakage, best: figuresOf([1, 2], [-1, -2]) }, // AUC 1, accuracy 1
    { bestEpoch: 11, split, leakage, best: figuresOf([1, -2], [-1, -3]) }, // AUC 3/4, accuracy 3/4
    { bestEpoch: null, split, leakage, best: figuresOf([1, -2], []) }, // no AUC, accuracy 1/2
  ];
  const text = foldsText({
    run: 'runs/first',
    folds,
    roc_auc: { mean: 0.875, standard_deviation: 0.125 * Math.SQRT2, count: 2 },
    accuracy: { mean: 0.75, standard_deviation: 0.25, count: 3 },
  });
  expect(text.split('\n')).toEqual([
    `Best epoch of each fold, on its validation patches (${split}):`,
    'fold  best epoch  patches  ROC AUC          accuracy',
    '1     2           4        1.0000           1.0000',
    '2     11          4        0.7500           0.7500',
    '3     -           2        n/a              0.5000',
    'mean              10       0.8750 ± 0.1768  0.7500 ± 0.2500',
    '',
    'Checkpoints, logs and predictions of each fold: runs/first',
  ]);
});

it('has no spread of one fold, and no mean of none', () => {
  const best = figuresOf([1], []);
  const text = foldsText({
    run: 'run',
    folds: [{ bestEpoch: 1, split: 'one', leakage: null, best }],
    roc_auc: null,
    accuracy: { mean: 1, standard_deviation: null, count: 1 },
  });
  expect(text).toContain('mean              1        n/a      1.0000\n');
});

it('begins with the leaks of the folds that have one', () => {
  const fold = { bestEpoch: 1, split: 'one', best: figuresOf([1], []) };
  const text = foldsText({
    run: 'run',
    folds: [
      { ...fold, leakage: null },
      { ...fold, leakage: { text: 'a twin' } },
    ],
    roc_auc: null,
    accuracy: null,
  });
  expect(text).toMatch(/^Leakage: fold 2: a twin\n\nBest epoch of each fold/);
});
