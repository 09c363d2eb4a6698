import { describe, expect, it } from 'vitest';
import { GateError, UserError } from '../../src/errors.js';
import { evaluatePredictions } from '../../src/evaluate/evaluate-predictions.js';
import { checkGates, parseGate } from '../../src/evaluate/gates.js';

/** Two of three right: accuracy 2/3, ROC AUC 1/2. */
const evaluation = evaluatePredictions([
  { id: 'a', label: 0, probability: 0.5, logits: [0, 0], group: null },
  { id: 'b', label: 1, probability: 0.5, logits: [0, 0], group: null },
  { id: 'c', label: 1, probability: 0.5, logits: [0, 0], group: null },
]);
const oneClass = evaluatePredictions([
  { id: 'a', label: 1, probability: 0.5, logits: [0, 0], group: null },
]);

describe('parseGate', () => {
  it('reads a metric and a number', () => {
    expect(parseGate('roc_auc=0.9')).toEqual({ metric: 'roc_auc', threshold: 0.9 });
    expect(parseGate(' mcc = -1e-1 ')).toEqual({ metric: 'mcc', threshold: -0.1 });
  });

  it.each(['roc_auc', 'roc_auc=', 'roc_auc=high', 'roc_auc=Infinity', 'roc_auc=0.9=1', '=', ''])(
    'refuses "%s"',
    (text) => {
      expect(() => parseGate(text)).toThrow(
        new UserError(
          `Cannot use gate "${text}": expected METRIC=NUMBER such as roc_auc=0.9, got something else`,
        ),
      );
    },
  );

  it.each(['auc=0.9', 'examples=3', 'constructor=1', '=1'])(
    'lists the metrics for "%s"',
    (text) => {
      expect(() => parseGate(text)).toThrow(UserError);
      expect(() => parseGate(text)).toThrow(
        `expected one of loss, accuracy, roc_auc, roc_auc_logit_1, average_precision, brier, balanced_accuracy, sensitivity, specificity, precision, f1, mcc, got "${text.split('=')[0]}"`,
      );
    },
  );
});

describe('checkGates', () => {
  it('lets pass what is met, the threshold itself included', () => {
    checkGates(evaluation, []);
    checkGates(evaluation, [parseGate('roc_auc=0.5'), parseGate('brier=0.25')]);
  });

  it('names every gate that was missed', () => {
    const gates = ['roc_auc=0.9', 'accuracy=0.6', 'loss=0.1', 'brier=0.2'].map(parseGate);
    expect(() => checkGates(evaluation, gates)).toThrow(
      new GateError(
        `Cannot pass 3 of 4 gates: roc_auc: expected at least 0.9, got 0.5; loss: expected at most 0.1, got ${evaluation.loss}; brier: expected at most 0.2, got 0.25`,
      ),
    );
  });

  it('fails where there is no value', () => {
    expect(() => checkGates(oneClass, [parseGate('roc_auc=0')])).toThrow(
      new GateError(
        'Cannot pass 1 of 1 gate: roc_auc: expected at least 0, got no value for these patches',
      ),
    );
  });
});
