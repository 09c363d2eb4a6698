import type { TrainOptions } from '../../src/recipes/train/train.js';
import { fixturePatches } from '../fixture-patches.js';

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
      flags: { ...fixturePatches, ...small, ...flags },
    },
  };
}
