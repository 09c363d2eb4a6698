import { fixturePatches } from '../fixture-patches.js';

/** A kind of run that is killed. */
export interface Variant {
  readonly name: string;
  readonly flags: readonly string[];
  /** Its run folders, in the order they are trained in, below the folder it is started in. */
  readonly runs: readonly string[];
  readonly epochs: number;
  /** A checkpoint is due each so many steps, and after each epoch's last. */
  readonly stepsPerCheckpoint: number;
}

export const stepsPerEpoch = 5;

/** 40 patches to train, 10 to validate; paths within the folder, so that files name them alike. */
const common = [
  'train',
  ...['--preset', 'demo', '--labels', fixturePatches.labels, '--images', fixturePatches.images],
  ...['--limit', '50', '--batch-size', '8', '--hidden-units', '64', '--crop', '32'],
  ...['--out', 'run'],
];

function variant(
  name: string,
  epochs: number,
  stepsPerCheckpoint: number,
  flags: readonly string[],
  runs = ['run'],
): Variant {
  const lengths = ['--epochs', `${epochs}`, '--checkpoint-every', `${stepsPerCheckpoint}steps`];
  return { name, flags: [...common, ...lengths, ...flags], runs, epochs, stepsPerCheckpoint };
}

/** What is killed: with and without each cache, in folds, with TensorBoard. */
export const variants: readonly Variant[] = [
  variant('cache off, each 3 steps', 2, 3, ['--cache', 'off']),
  variant('cache off, each step', 2, 1, ['--cache', 'off', '--seed', '7']),
  variant('cache in memory, each 5 steps', 2, 5, ['--cache', 'ram']),
  variant('cache on the disk, each 2 steps', 2, 2, ['--cache', 'disk']),
  variant('TensorBoard, each 3 steps', 2, 3, ['--cache', 'ram', '--tensorboard', 'events']),
  variant(
    '2 folds, each 3 steps',
    2,
    3,
    ['--cache', 'ram', '--folds', '2'],
    ['run/fold-1', 'run/fold-2'],
  ),
];
