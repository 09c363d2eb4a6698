import { join } from 'node:path';
import { packageFolder } from '../../src/package-folder.js';
import type { TrainOptions } from '../../src/recipes/train.js';

/** Real patches that come with the project; their README says where they are from. */
export const fixturePatches = join(packageFolder, 'test', 'fixtures', 'patches');

export const fixtureData = {
  labels: join(fixturePatches, 'train_labels.csv'),
  images: join(fixturePatches, 'train'),
};

/** A short run on real patches: 3 epochs of 5 steps. */
export function smallRun(
  folder: string,
  flags: Readonly<Record<string, unknown>> = {},
): TrainOptions {
  const small = { limit: 50, epochs: 3, batchSize: 8, weights: 'none', stride: 'v1.5' };
  return {
    folder,
    resume: false,
    config: {
      preset: 'demo',
      configFile: null,
      flags: { ...fixtureData, ...small, ...flags },
    },
  };
}
