import { describe, expect, it } from 'vitest';
import type { TwinGroup } from '../../src/check/find-twins.js';
import { twinsAcross } from '../../src/check/twins-across.js';

const none = { turn: 'none', distance: 0 } as const;
const exact = (first: number, second: number) => ({
  first,
  second,
  kind: 'exact' as const,
  ...none,
});
const near = (first: number, second: number) => ({ first, second, kind: 'near' as const, ...none });

/** Rows below 10 are known. */
const isKnown = (row: number) => row < 10;

describe('twinsAcross', () => {
  it('takes the groups with rows of both kinds, and of them the rows that are not known', () => {
    const groups: TwinGroup[] = [
      { rows: [1, 2], pairs: [near(1, 2)] },
      { rows: [3, 12], pairs: [near(3, 12)] },
      { rows: [11, 13], pairs: [exact(11, 13)] },
    ];
    expect(twinsAcross(groups, isKnown)).toEqual([{ row: 12, known: 3, kind: 'near' }]);
  });

  it('names the known row with the same pixels, though another one comes first', () => {
    const groups = [{ rows: [3, 5, 12], pairs: [exact(5, 12), near(3, 5)] }];
    expect(twinsAcross(groups, isKnown)).toEqual([{ row: 12, known: 5, kind: 'exact' }]);
  });

  it('sees that pixels are the same where both were compared with a third row', () => {
    const groups = [{ rows: [0, 1, 2], pairs: [exact(0, 1), exact(0, 2)] }];
    const found = twinsAcross(groups, (row) => row === 2);
    expect(found).toEqual([
      { row: 0, known: 2, kind: 'exact' },
      { row: 1, known: 2, kind: 'exact' },
    ]);
  });

  it('takes rows that are twins through others of the group', () => {
    const groups = [{ rows: [4, 11, 12], pairs: [near(4, 11), near(11, 12)] }];
    expect(twinsAcross(groups, isKnown).map(({ row }) => row)).toEqual([11, 12]);
  });
});
