import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/evaluate/evaluate-predictions.js';
import { evaluationText } from '../../src/report/evaluation-text.js';
import { curves, evaluation } from './report-contents.js';

describe('evaluationText', () => {
  it('shows every figure with its interval and how that was made, in aligned columns', () => {
    expect(evaluationText(evaluation).split('\n')).toEqual([
      'patches                1000 (400 tumour, 600 normal)',
      'ROC AUC                0.9402 (95 % 0.9246-0.9557, DeLong)',
      'ROC AUC, logit 1 only  0.9397',
      'average precision      0.9021 (95 % 0.8876-0.9152, bootstrap)',
      'accuracy               0.8800 (95 % 0.8584-0.8987, Wilson)',
      'balanced accuracy      0.8750 (95 % 0.8538-0.8949, bootstrap)',
      'sensitivity            0.8500 (95 % 0.8117-0.8816, Wilson)',
      'specificity            0.9000 (95 % 0.8734-0.9215, Wilson)',
      'precision              0.8500 (95 % 0.8117-0.8816, Wilson)',
      'F1                     0.8500 (95 % 0.8231-0.8744, bootstrap)',
      'MCC                    0.7500 (95 % 0.7075-0.7912, bootstrap)',
      'loss                   0.3125 (95 % 0.2904-0.3351, bootstrap)',
      'log loss               0.2987 (95 % 0.2788-0.3194, bootstrap)',
      'Brier score            0.0967 (95 % 0.0893-0.1044, bootstrap)',
      'ECE                    0.0312 (95 % 0.0224-0.0447, bootstrap)',
      'calibration slope      0.8731 (95 % 0.7902-0.9611, bootstrap)',
      'calibration intercept  -0.1142 (95 % -0.2521 to 0.0235, bootstrap)',
      '',
      'confusion at 0.5    called normal  called tumour',
      'normal                        540             60',
      'tumour                         60            340',
      '',
      'operating point                     threshold  sensitivity  specificity  precision',
      '0.5                                    0.5000       0.8500       0.9000     0.8500',
      'youden (on these patches)              0.4127       0.8900       0.8700     0.8203',
      'sensitivity 0.95 (on validation)       0.1834       0.9500       0.7200     0.6934',
      '',
      'temperature 1.1374        before    after',
      'log loss                  0.3125   0.2987',
      'Brier score               0.0991   0.0967',
      'ECE                       0.0523   0.0312',
      'calibration slope         0.7676   0.8731',
      'calibration intercept    -0.1203  -0.1142',
    ]);
  });

  it('draws the ROC curve below where it is told to', () => {
    expect(evaluationText(evaluation)).not.toMatch(/[\u2800-\u28ff]/);
    const lines = evaluationText(evaluation, { roc: curves.roc }).split('\n');
    expect(lines.at(-15)).toBe('sensitivity');
    expect(lines.slice(-14, -2).every((line) => /[\u2801-\u28ff]/.test(line))).toBe(true);
  });

  it('leaves out what there is not: further thresholds, a temperature, an interval', () => {
    const plain: Evaluation = {
      ...evaluation,
      operating_points: evaluation.operating_points.slice(0, 1),
      calibration: null,
      roc_auc: 1,
      intervals: { ...evaluation.intervals, roc_auc: null },
    };
    const text = evaluationText(plain);
    expect(text).toContain('\nROC AUC                1.0000\n');
    expect(text).not.toMatch(/operating point|temperature|slides/);
  });

  it.each([
    ['tumour', { positives: 0, sensitivity: null }, 'ROC AUC, average precision, sensitivity'],
    ['normal', { negatives: 0, specificity: null }, 'ROC AUC, average precision, specificity'],
  ])('says what has no value without a patch of %s', (lacking, absent, titles) => {
    const lines = evaluationText({
      ...evaluation,
      roc_auc: null,
      average_precision: null,
      ...absent,
    });
    expect(lines).toContain(
      `\n\nNo patch is labelled ${lacking}: ${titles} have no value, as it takes both classes.\n\nconfusion`,
    );
  });

  it('says why patches of one slide have no interval', () => {
    const names = Object.keys(evaluation.intervals);
    const intervals = Object.fromEntries(names.map((name) => [name, null])) as never;
    expect(evaluationText({ ...evaluation, groups: 1, intervals })).toContain(
      '\n\nAll patches are of one slide: there are no intervals, as it takes several slides.\n\n',
    );
    expect(evaluationText({ ...evaluation, groups: 2, intervals })).not.toContain('one slide');
  });

  it('says how many slides there are, and where there is no value', () => {
    const text = evaluationText({ ...evaluation, groups: 27, roc_auc: null });
    expect(text).toContain('\nslides                 27\n');
    expect(text).toMatch(/\nROC AUC {16}n\/a \(no value for these patches\)/);
  });
});
