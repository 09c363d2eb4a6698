import type { BatchOptions } from '../../src/data/batches.js';

/** Batches of 8, with all that chance does to training patches. */
export const batchOptions: BatchOptions = {
  batchSize: 8,
  cropPx: 49,
  seed: 3,
  epoch: 1,
  shuffle: true,
  augmentation: { horizontalFlip: true, verticalFlip: true, rotationDegrees: 20 },
};
