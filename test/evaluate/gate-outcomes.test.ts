import { describe, expect, it } from 'vitest';
import { GateError } from '../../src/errors.js';
import { type Evaluation, evaluatePredictions } from '../../src/evaluate/evaluate-predictions.js';
import { gateOutcomes, requireGates } from '../../src/evaluate/gate-outcomes.js';
import { type Gate, parseGates } from '../../src/evaluate/gates.js';

const tied = (id: string, label: 0 | 1) =>
  ({ id, label, probability: 0.5, logits: [0, 0], group: null }) as const;
const low = { low: 0.4, high: 0.6, level: 0.95, method: 'DeLong' } as const;

/** Every score the same: accuracy 2/3, ROC AUC 1/2, Brier score 1/4, loss ln 2; with planted intervals. */
const constant = evaluatePredictions([tied('a', 0), tied('b', 1), tied('c', 1)]);
const evaluation = {
  ...constant,
  intervals: { ...constant.intervals, roc_auc: low, brier: { ...low, method: 'bootstrap' } },
} as const;
const oneClass = evaluatePredictions([tied('a', 1)]);

/** What is missed, by the gate's text. */
function missesOf(
  gates: string,
  compared: Gate['compared'] = 'figure',
  of: Evaluation = evaluation,
) {
  return gateOutcomes(of, parseGates(gates, compared)).map(({ miss }) => miss);
}

describe('gateOutcomes', () => {
  it('lets pass what is met, the threshold itself included', () => {
    expect(missesOf('roc_auc=0.5,brier=0.25,accuracy=0.6,log_loss=0.7,ece=0.2')).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(missesOf('roc_auc=0.4,brier=0.6', 'worse end')).toEqual([null, null]);
  });

  it('says by how much a figure misses, below or above', () => {
    expect(missesOf('roc_auc=0.9,loss=0.1,brier=0.2')).toEqual([
      'roc_auc: expected at least 0.9, got 0.5000, short by 0.4000',
      'loss: expected at most 0.1, got 0.6931, over by 0.5931', // ln 2
      'brier: expected at most 0.2, got 0.2500, over by 0.0500',
    ]);
  });

  it('shows as many digits as a narrow miss takes', () => {
    expect(missesOf('roc_auc=0.50000123')).toEqual([
      'roc_auc: expected at least 0.50000123, got 0.5000000, short by 0.0000012',
    ]);
  });

  it('compares the worse end of an interval: the lower one, of errors the upper one', () => {
    expect(missesOf('roc_auc=0.5,brier=0.25', 'worse end')).toEqual([
      'roc_auc: expected at least 0.5 at the lower end of its 95 % interval (DeLong), got 0.4000, short by 0.1000',
      'brier: expected at most 0.25 at the upper end of its 95 % interval (bootstrap), got 0.6000, over by 0.3500',
    ]);
  });

  it('misses where there is no interval, or no value', () => {
    const without = { ...evaluation, intervals: { ...evaluation.intervals, roc_auc: null } };
    expect(missesOf('roc_auc=0.1', 'worse end', without)).toEqual([
      'roc_auc: expected at least 0.1 at the lower end of its 95 % interval, got 0.5000 and no interval for these patches',
    ]);
    expect(missesOf('roc_auc=0', 'figure', oneClass)).toEqual([
      'roc_auc: expected at least 0, got no value for these patches',
    ]);
    expect(missesOf('roc_auc=0', 'worse end', oneClass)).toEqual([
      'roc_auc: expected at least 0 at the lower end of its 95 % interval, got no value for these patches',
    ]);
  });

  it('names a gate by what is asked for', () => {
    const gates = [
      ...parseGates('loss=0.1,f1=0.9', 'figure'),
      ...parseGates('ece=0.1', 'worse end'),
    ];
    expect(gateOutcomes(evaluation, gates).map(({ name }) => name)).toEqual([
      'loss at most 0.1',
      'f1 at least 0.9',
      'ece at most 0.1 at the upper end',
    ]);
  });
});

describe('requireGates', () => {
  it('passes where nothing is missed', () => {
    requireGates([]);
    requireGates([{ name: 'x', miss: null }]);
  });

  it('names every gate that was missed, each in a line', () => {
    const outcomes = [
      { name: 'x', miss: 'x: short by 1' },
      { name: 'y', miss: null },
      { name: 'z', miss: 'z: over by 2' },
    ];
    expect(() => requireGates(outcomes)).toThrow(
      new GateError('Cannot pass 2 of 3 gates:\n  x: short by 1\n  z: over by 2'),
    );
    expect(() => requireGates(outcomes.slice(0, 1))).toThrow('Cannot pass 1 of 1 gate:\n  x');
  });
});
