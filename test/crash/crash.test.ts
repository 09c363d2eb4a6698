import { expect, it } from 'vitest';
import { crashTest } from './crash-test.js';
import { variants } from './variants.js';

/** The short version of `npm run test:crash`. */
it('a run that is killed at random moments ends as one that never was', async () => {
  const kinds = variants.filter(({ name }) => /each step|TensorBoard|folds/.test(name));
  const tally = await crashTest({ kills: 12, fills: 2, seed: 1, kinds, onLine: () => {} });
  expect(tally.failures, tally.text()).toEqual([]);
  expect(tally.kills).toBeGreaterThanOrEqual(12);
});
