import { expect, it } from 'vitest';
import { crashTest } from './crash-test.js';
import { variants } from './variants.js';

const timeout = 600_000; // some 30 starts of histo, on a machine that may be busy

/** The short version of `npm run test:crash`. */
it('a run that is killed at random moments ends as one that never was', { timeout }, async () => {
  const kinds = variants.filter(({ name }) => /each step|TensorBoard/.test(name));
  const tally = await crashTest({ kills: 12, fills: 0, seed: 1, kinds, onLine: () => {} });
  expect(tally.failures, tally.text()).toEqual([]);
  expect(tally.kills).toBeGreaterThanOrEqual(12);
});
