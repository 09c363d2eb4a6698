import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { relu } from '../../../src/engine/ops/relu.js';
import { backends, startEngines } from './start-engines.js';

beforeAll(startEngines);

describe.each(backends)('relu on %s', (backend) => {
  it('lets positive values and their gradients through, nothing else', async () => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const { y, dx } = tf.tidy(() => {
      const x = tf.tensor2d([-2, -0.5, 0, 0.5, 1, 3], [2, 3]);
      const dy = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      return { y: [...relu(x).dataSync()], dx: [...tf.grad(relu)(x, dy).dataSync()] };
    });
    expect(y).toEqual([0, 0, 0, 0.5, 1, 3]);
    expect(dx).toEqual([0, 0, 0, 4, 5, 6]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
