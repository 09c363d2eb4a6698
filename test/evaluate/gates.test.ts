import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { parseGates } from '../../src/evaluate/gates.js';

describe('parseGates', () => {
  it('reads metrics and numbers, separated by commas', () => {
    expect(parseGates('roc_auc=0.9', 'figure')).toEqual([
      { metric: 'roc_auc', compared: 'figure', threshold: 0.9 },
    ]);
    expect(parseGates(' mcc = -1e-1 , ece=.05', 'worse end')).toEqual([
      { metric: 'mcc', compared: 'worse end', threshold: -0.1 },
      { metric: 'ece', compared: 'worse end', threshold: 0.05 },
    ]);
  });

  it.each(['roc_auc', 'roc_auc=', 'roc_auc=high', 'roc_auc=Infinity', 'roc_auc=0.9=1', '=', ''])(
    'refuses "%s"',
    (text) => {
      expect(() => parseGates(text, 'figure')).toThrow(
        new UserError(
          `Cannot use gate "${text}" of --fail-under: expected METRIC=NUMBER such as roc_auc=0.9, got something else; separate several by commas`,
        ),
      );
    },
  );

  it('refuses a comma with nothing behind it, and names the flag', () => {
    expect(() => parseGates('f1=0.9,', 'worse end')).toThrow('gate "" of --fail-under-lower: ');
  });

  it.each(['auc=0.9', 'examples=3', 'constructor=1', '=1', 'calibration_slope=1'])(
    'lists the metrics for "%s"',
    (text) => {
      expect(() => parseGates(`f1=0,${text}`, 'figure')).toThrow(
        new UserError(
          `Cannot use gate "${text}" of --fail-under: expected one of loss, log_loss, roc_auc, roc_auc_logit_1, average_precision, accuracy, balanced_accuracy, sensitivity, specificity, precision, f1, mcc, brier, ece, got "${text.split('=')[0]}"`,
        ),
      );
    },
  );

  it('refuses the interval of a figure that has none', () => {
    expect(parseGates('roc_auc_logit_1=0.9', 'figure')).toHaveLength(1);
    expect(() => parseGates('roc_auc_logit_1=0.9', 'worse end')).toThrow(
      'loss, log_loss, roc_auc, average_precision',
    );
  });
});
