import type { Architecture } from '../../src/model/architecture.js';
import { parametersOf } from '../../src/model/parameters.js';
import { randomStream } from '../../src/rng.js';

/** A net of 4 blocks with a hundred thousand weights or less, to train in milliseconds. */
export const tinyArchitecture: Architecture = {
  width: 4,
  blocks: [1, 1, 1, 1],
  stride: 'v1',
  hiddenUnits: 8,
  classes: 2,
  dropout: 0.5,
};

/** Names of the arrays of {@link tinyArchitecture}. */
export const tinyNames = parametersOf(tinyArchitecture).map(({ name }) => name);

/** A batch of noise, of which the brighter half has label 1. */
export function tinyBatch(size: number, seed = 0) {
  const cropPx = 32;
  const random = randomStream(seed);
  const labels = Int32Array.from({ length: size }, (_, row) => row % 2);
  const values = cropPx * cropPx * 3;
  const images = Float32Array.from(
    { length: size * values },
    (_, at) => 2 * random.nextUniform() - 1 + (labels[Math.floor(at / values)] as number),
  );
  return { images, labels, size, cropPx };
}
