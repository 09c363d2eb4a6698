import { describe, expect, it } from 'vitest';
import { moreGates } from '../../src/cli/gate-flags.js';
import { UserError } from '../../src/errors.js';

const read = moreGates('figure');

describe('moreGates', () => {
  it('adds to the gates of flags before', () => {
    const gates = read('mcc=-1,loss=3.5', moreGates('worse end')('roc_auc=0.9'));
    expect(gates).toEqual([
      { metric: 'roc_auc', compared: 'worse end', threshold: 0.9 },
      { metric: 'mcc', compared: 'figure', threshold: -1 },
      { metric: 'loss', compared: 'figure', threshold: 3.5 },
    ]);
  });

  it('takes the ends of each range', () => {
    expect(read('roc_auc=0,f1=1,brier=0,ece=1,mcc=1,log_loss=0')).toHaveLength(6);
  });

  it.each([
    ['roc_auc=95', 'a number from 0 to 1, where roc_auc can be, got 95; write 95 % as 0.95'],
    ['brier=-0.1', 'a number from 0 to 1, where brier can be, got -0.1; write 95 % as 0.95'],
    ['f1=1000', 'a number from 0 to 1, where f1 can be, got 1000; write 95 % as 0.95'],
    ['mcc=-1.01', 'a number from -1 to 1, where mcc can be, got -1.01; set one that can be met'],
    [
      'log_loss=-1',
      'a number of at least 0, where log_loss can be, got -1; set one that can be met',
    ],
  ])('refuses %s, naming the range', (gate, expected) => {
    expect(() => read(`accuracy=0.9,${gate}`)).toThrow(
      new UserError(`Cannot use gate "${gate}" of --fail-under: expected ${expected}`),
    );
  });

  it('names the other flag', () => {
    expect(() => moreGates('worse end')('f1=2')).toThrow('of --fail-under-lower: expected');
  });
});
