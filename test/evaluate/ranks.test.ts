import { expect, it } from 'vitest';
import { ranksOf } from '../../src/evaluate/ranks.js';

it('ranksOf gives equal values the mean of their ranks', () => {
  expect([...ranksOf([0.3, 0.1, 0.3])]).toEqual([2.5, 1, 2.5]);
  expect([...ranksOf([0, -0, 5, 0])]).toEqual([2, 2, 4, 2]); // -0 and 0 are one value
  expect([...ranksOf([])]).toEqual([]);
});
