import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readPatch } from '../../src/data/read-patch.js';
import type { Comparison } from '../../src/evaluate/compare-predictions.js';
import { figureNames } from '../../src/evaluate/evaluate-predictions.js';
import type { CompareContents } from '../../src/report/compare-contents.js';
import { fixturePatches } from '../fixture-patches.js';
import { curves, evaluation, hostileId } from './report-contents.js';

/** Made by hand: every figure of A is that of the evaluation, and B's is 0.0125 below. */
export const comparison: Comparison = {
  examples: 1000,
  positives: 400,
  negatives: 600,
  groups: 27,
  figures: Object.fromEntries(
    figureNames.map((name) => {
      const first = evaluation[name] as number;
      const interval = { low: -0.0031, high: 0.0281, level: 0.95, method: 'cluster bootstrap' };
      return [name, { first, second: first - 0.0125, difference: 0.0125, interval }];
    }),
  ) as unknown as Comparison['figures'],
  delong: {
    difference: 0.0125,
    interval: { low: 0.0027, high: 0.0223, level: 0.95, method: 'DeLong' },
    z: 2.5,
    p_value: 0.0124,
  },
  mcnemar: { only_first_right: 41, only_second_right: 29, p_value: 0.1878 },
  evaluations: [evaluation, evaluation],
};

/** Two runs, and sixteen real patches of which the first has the hostile id. */
export async function compareContents(): Promise<CompareContents> {
  const files = (await readdir(fixturePatches.images)).sort().slice(0, 16);
  const pictures = await Promise.all(
    files.map(async (file, at) => {
      const patch = await readPatch(join(fixturePatches.images, file));
      const id = at === 0 ? hostileId : file.replace(/\.tif$/, '');
      return { id, ...patch, crop: null, heat: null };
    }),
  );
  const disagreements = pictures.map(({ id }, at) => {
    const label = at % 3 === 0 ? 1 : 0;
    return { id, label, group: null, first: 0.95 - at / 40, second: 0.05 + at / 40 } as const;
  });
  return {
    ...comparison,
    first: {
      path: 'runs/first',
      file: 'runs/first/predictions-valid.csv',
      leakage: null,
      clipped: null,
    },
    second: { path: `<b>"other's" tool`, file: 'other.csv', leakage: null, clipped: 3 },
    labels: 'valid_labels.csv',
    data_digest: '0f'.repeat(32),
    rocs: [curves.roc, curves.roc],
    disagreements,
    pictures,
  };
}
