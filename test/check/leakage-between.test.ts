import { describe, expect, it } from 'vitest';
import { leakageBetween } from '../../src/check/leakage-between.js';
import type { LabelledPatch } from '../../src/data/labels.js';

const patch = (path: string, group: string | null): LabelledPatch => {
  return { id: path.slice(-1), label: 0, group, path };
};
const pair = { kind: 'near', turn: 'none', distance: 1 } as const;

describe('leakageBetween', () => {
  it('tells patches of the same id in two folders apart', () => {
    const train = [patch('train/1', null), patch('train/2', null)];
    const valid = [patch('valid/1', null), patch('valid/2', null)];
    const groups = [
      { rows: [0, 3], pairs: [{ first: 0, second: 3, ...pair }] },
      { rows: [2, 3], pairs: [{ first: 2, second: 3, ...pair }] },
    ];
    expect(leakageBetween([...train, ...valid], groups, valid)).toEqual({
      twins: [{ id: '2', trained: '1', kind: 'near' }],
      slides: [],
    });
  });

  it('names each slide of both sides once, in the order of the validation', () => {
    const train = [patch('1', 'x'), patch('2', 'y'), patch('3', 'z')];
    const valid = [patch('4', 'z'), patch('5', 'w'), patch('6', 'x'), patch('7', 'z')];
    expect(leakageBetween([...train, ...valid], [], valid).slides).toEqual(['z', 'x']);
  });
});
