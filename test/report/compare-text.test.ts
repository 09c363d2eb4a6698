import { describe, expect, it } from 'vitest';
import { compareText } from '../../src/report/compare-text.js';
import { comparison } from './compare-contents.js';

const compared = {
  ...comparison,
  first: { path: 'runs/first', leakage: null },
  second: { path: 'b.csv', leakage: null },
};

describe('compareText', () => {
  it('shows every figure of both, the difference and how sure it is', () => {
    const lines = compareText(compared).split('\n');
    expect(lines.slice(0, 7)).toEqual([
      'A        runs/first',
      'B        b.csv',
      'patches  1000 (400 tumour, 600 normal)',
      'slides   27',
      '',
      'figure                         A        B    A - B                 95 % interval of A - B',
      'ROC AUC                   0.9402   0.9277  +0.0125  -0.0031 to 0.0281 (cluster bootstrap)',
    ]);
    expect(lines.slice(-5)).toEqual([
      'DeLong   z = 2.50, p = 0.0124 (two-sided, ROC AUC)',
      'McNemar  only A right 41, only B right 29, p = 0.1878 (two-sided, exact, at 0.5)',
      '',
      'These patches do not tell which ranks better: the interval of the difference holds 0.',
      'Intervals draw 27 whole slides with all their patches (cluster bootstrap). DeLong and McNemar take patches as independent, which those of one slide are not: where they say otherwise, go by the interval.',
    ]);
  });

  it('says before all else what a model was trained on', () => {
    const first = { ...compared.first, leakage: '3 of 9 patches: the figures flatter' };
    const [line] = compareText({ ...compared, first }).split('\n');
    expect(line).toBe('Leakage: A: 3 of 9 patches: the figures flatter');
  });

  it.each([
    [0.001, 0.02, 'A ranks better: the interval of the difference is above 0.'],
    [-0.02, -0.001, 'B ranks better: the interval of the difference is below 0.'],
  ])('says which is better where the interval %f to %f does', (low, high, verdict) => {
    const rocAuc = comparison.figures.roc_auc;
    const interval = { low, high, level: 0.95, method: 'bootstrap' } as const;
    const figures = { ...comparison.figures, roc_auc: { ...rocAuc, interval } };
    const text = compareText({ ...compared, groups: null, figures });
    expect(text).toContain(verdict);
    expect(text).toContain('No slide is known: intervals, DeLong and McNemar');
  });

  it('has no sign for what rounds to nothing, and says none where there is none', () => {
    const accuracy = { first: 0.5, second: 0.50000001, difference: -1e-8, interval: null };
    const figures = { ...comparison.figures, accuracy };
    const delong = { difference: 0, interval: null, z: null, p_value: null };
    const text = compareText({ ...compared, figures, delong });
    expect(text).toMatch(/accuracy +0\.5000 +0\.5000 +0\.0000 +none\n/);
    expect(text).toContain('DeLong   none: the difference does not vary');
    expect(compareText({ ...compared, delong: null })).toContain('two patches of each class');
  });
});
