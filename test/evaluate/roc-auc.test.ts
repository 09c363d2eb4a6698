import { describe, expect, it } from 'vitest';
import { rocAuc } from '../../src/evaluate/roc-auc.js';

describe('rocAuc', () => {
  it('gives the docstring example: three of four pairs in order', () => {
    expect(rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
  });

  it('gives 1, 0 and exactly one half to the perfect, the inverted and the constant scorer', () => {
    expect(rocAuc([-3, 2, 5], [0, 1, 1])).toBe(1);
    expect(rocAuc([9, 2, 5], [0, 1, 1])).toBe(0);
    expect(rocAuc([7, 7, 7, 7, 7], [0, 1, 0, 1, 1])).toBe(0.5);
  });

  it('counts a tie between the classes as half a pair', () => {
    expect(rocAuc([1, 1, 2], [0, 1, 1])).toBe(0.75); // (1/2 + 1) of 2 pairs
  });

  it.each([
    [[1, 2], [0], 'expected a label for each score, got 2 scores and 1 labels'],
    [[], [], 'expected at least one patch, got none'],
    [[1, Number.NaN], [0, 1], 'expected finite scores, got NaN at index 1'],
    [[Number.POSITIVE_INFINITY, 1], [0, 1], 'expected finite scores, got Infinity at index 0'],
    [[1, 2], [0, 2], 'expected labels 0 and 1, got 2 at index 1'],
    [[1, 2], [1, 1], 'expected both classes, got 2 positive and 0 negative'],
    [[1, 2], [0, 0], 'expected both classes, got 0 positive and 2 negative'],
  ])('refuses scores %j with labels %j', (scores, labels, fault) => {
    expect(() => rocAuc(scores, labels)).toThrow(
      new RangeError(`Cannot compute ROC AUC: ${fault}`),
    );
  });
});
