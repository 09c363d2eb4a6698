import { expect, it } from 'vitest';
import { evaluatePredictions } from '../../src/evaluate/evaluate-predictions.js';
import type { Prediction } from '../../src/evaluate/prediction.js';
import { evaluationText } from '../../src/report/evaluation-text.js';

function prediction(label: 0 | 1, margin: number): Prediction {
  const probability = 1 / (1 + Math.exp(-margin));
  return { id: `${label} ${margin}`, label, probability, logits: [0, margin], group: null };
}

it('evaluationText shows every figure in aligned columns', () => {
  const [tumour, normal] = [
    [2, 1, -1],
    [-2, -1, 0, -3],
  ] as const;
  const text = evaluationText(
    evaluatePredictions([
      ...tumour.map((margin) => prediction(1, margin)),
      ...normal.map((margin) => prediction(0, margin)),
    ]),
  );
  // ROC AUC: the tumour patches win 4, 4 and 2.5 of 4 pairs: 10.5 / 12
  expect(text.split('\n')).toEqual([
    'patches                7 (3 tumour, 4 normal)',
    expect.stringMatching(/^ROC AUC {16}0\.8750 \(95 % 0\.\d{4}-1\.0000, DeLong\)$/),
    'ROC AUC, logit 1 only  0.8750',
    expect.stringMatching(/^average precision {6}0\.\d{4}$/),
    expect.stringMatching(/^accuracy {15}0\.7143 \(95 % 0\.\d{4}-0\.\d{4}, Wilson\)$/),
    'balanced accuracy      0.7083',
    'sensitivity            0.6667',
    'specificity            0.7500',
    'precision              0.6667',
    'F1                     0.6667',
    'MCC                    0.4167',
    expect.stringMatching(/^loss {19}0\.\d{4}$/),
    expect.stringMatching(/^Brier score {12}0\.\d{4}$/),
    '',
    'confusion at 0.5    called normal  called tumour',
    'normal                          3              1',
    'tumour                          1              2',
  ]);
});

it('evaluationText shows no interval where there is none', () => {
  const parted = [-2, -1].map((margin) => prediction(0, margin));
  const text = evaluationText(evaluatePredictions([...parted, prediction(1, 1), prediction(1, 2)]));
  expect(text).toContain('\nROC AUC                1.0000\n');
});

it('evaluationText says where there is no value', () => {
  const text = evaluationText(evaluatePredictions([prediction(0, -1)]));
  expect(text).toContain('patches                1 (0 tumour, 1 normal)\n');
  expect(text).toContain('ROC AUC                n/a (no value for these patches)\n');
  expect(text).toContain('specificity            1.0000\n');
});
