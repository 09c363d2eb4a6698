import { expect, it } from 'vitest';
import { largestDisagreements } from '../../src/evaluate/largest-disagreements.js';
import type { Prediction } from '../../src/evaluate/prediction.js';

const predictions = (...probabilities: number[]): Prediction[] =>
  probabilities.map((probability, row) => {
    return {
      id: `p${row}`,
      label: row % 2 === 0 ? 0 : 1,
      probability,
      logits: [0, 0],
      group: null,
    };
  });

it('takes the largest differences, either way round, and equal ones in their order', () => {
  const first = predictions(0.5, 0.9, 0.2, 0.25, 0.5);
  const second = predictions(0.5, 0.1, 0.9, 0.5, 0.75);
  const found = largestDisagreements(first, second, 3);
  expect(found).toEqual([
    { id: 'p1', label: 1, group: null, first: 0.9, second: 0.1 },
    { id: 'p2', label: 0, group: null, first: 0.2, second: 0.9 },
    { id: 'p3', label: 1, group: null, first: 0.25, second: 0.5 },
  ]);
});

it('leaves out patches without a difference', () => {
  const same = predictions(0.1, 0.2);
  expect(largestDisagreements(same, same, 16)).toEqual([]);
});
