import { join } from 'node:path';

const folder = join(import.meta.dirname, 'fixtures', 'patches');

/** 160 real patches of Kaggle's set, 80 of each label: see the README.md beside them. */
export const fixturePatches = {
  labels: join(folder, 'train_labels.csv'),
  images: join(folder, 'train'),
} as const;
