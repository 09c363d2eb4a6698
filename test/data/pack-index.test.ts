import { describe, expect, it } from 'vitest';
import { packIndexBytes, parsePackIndex, trailerBytes } from '../../src/data/pack-index.js';

const index = {
  digest: 'abc',
  widthPx: 2,
  heightPx: 3,
  notices: [null, 'grey becomes RGB'],
  noticeOf: [0, 1, -1],
  sums: [1, 2 ** 32 - 1, 0],
};

/** Parses an index whose sum is right, whatever it holds. */
function parsed(content: unknown) {
  const bytes = packIndexBytes(content as typeof index);
  return parsePackIndex(bytes.subarray(0, -trailerBytes), bytes.subarray(-trailerBytes));
}

describe('parsePackIndex', () => {
  it('reads what packIndexBytes wrote', () => {
    expect(parsed(index)).toEqual(index);
  });

  it.each([
    ['a list', []],
    ['a size of 2^40', { ...index, widthPx: 2 ** 40 }],
    ['a size of no pixels', { ...index, heightPx: 0 }],
    ['sums that are texts', { ...index, sums: ['1', '2', '3'] }],
    ['fewer sums than rows', { ...index, sums: [1] }],
    ['notices that are objects', { ...index, notices: [{}] }],
  ])('refuses %s', (_, content) => {
    expect(parsed(content)).toBeNull();
  });
});
