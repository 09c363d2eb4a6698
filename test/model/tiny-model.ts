import * as tf from '@tensorflow/tfjs-core';
import { cropSteps } from '../../src/data/augment.js';
import type { Architecture } from '../../src/model/architecture.js';
import { parametersOf } from '../../src/model/parameters.js';
import {
  imageNet,
  type Preprocessing,
  patchInputs,
  preprocess,
} from '../../src/model/preprocess.js';
import { randomStream } from '../../src/rng.js';

/** A net of 4 blocks with a hundred thousand weights or less, to train in milliseconds. */
export const tinyArchitecture: Architecture = {
  width: 4,
  block: 'bottleneck',
  blocks: [1, 1, 1, 1],
  stride: 'v1',
  hiddenUnits: 8,
  classes: 2,
  dropout: 0.5,
};

/** Names of the arrays of {@link tinyArchitecture}. */
export const tinyNames = parametersOf(tinyArchitecture).map(({ name }) => name);

/** How {@link tinyBatch} is cut: not at all. */
export const tinyPreprocessing: Preprocessing = { cropPx: 32, channels: 'rgb', ...imageNet };

/** A batch of noise, of which the brighter half has label 1. */
export function tinyBatch(size: number, seed = 0) {
  const sizePx = 32;
  const random = randomStream(seed);
  const labels = Int32Array.from({ length: size }, (_, row) => row % 2);
  const values = sizePx * sizePx * 3;
  const pixels = Uint8Array.from(
    { length: size * values },
    (_, at) => 156 * random.nextUniform() + 100 * (labels[Math.floor(at / values)] as number),
  );
  const patch = { widthPx: sizePx, heightPx: sizePx };
  return { pixels, steps: Int32Array.from(cropSteps(null, patch, sizePx)), labels, size, ...patch };
}

/** What the first layer sees of {@link tinyBatch}; the caller's to dispose of. */
export function tinyImages(size: number, seed = 0): tf.Tensor4D {
  const inputs = patchInputs(tinyBatch(size, seed), imageNet);
  const images = preprocess(inputs, tinyPreprocessing);
  tf.dispose(inputs);
  return images;
}
