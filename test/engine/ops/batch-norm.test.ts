import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchNormInference, batchNormTraining } from '../../../src/engine/ops/batch-norm.js';
import { evaluateOp, randomTensor, relativeDifference } from './evaluate-op.js';
import { backends, startEngines } from './start-engines.js';

beforeAll(startEngines);

/** Sums of at most 75 float32 values in another order. */
const tolerance = 1e-5;

type Input = tf.Tensor4D | tf.Tensor2D;

const run = (...[x, scale, offset]: tf.Tensor[]) =>
  batchNormTraining(x as Input, scale as tf.Tensor1D, offset as tf.Tensor1D, 1e-5).y as tf.Tensor;

describe.each(backends)('batchNormTraining on %s', (backend) => {
  it.each([
    ['images', [3, 5, 5, 6]],
    ['features', [9, 6]],
    ['two values a channel', [2, 6]],
  ])('agrees with the composed form, gradients too: %s', async (_, shape) => {
    const inputs = [randomTensor(1, shape), randomTensor(2, [6]), randomTensor(3, [6])];
    const expected = await evaluateOp('cpu', run, inputs);
    const actual = await evaluateOp(backend, run, inputs);
    expect(actual).toHaveLength(4);
    // Two values a channel leave the gradient of x to cancel to almost nothing: compare to y's size.
    const isCancelling = shape[0] === 2;
    for (const [at, tensor] of actual.entries()) {
      const difference = relativeDifference(tensor, expected[at] as typeof tensor);
      expect(difference).toBeLessThan(isCancelling && at === 1 ? 1e-2 : tolerance);
    }
  });

  it('gives hand-worked values, and the unbiased variance', async () => {
    await tf.setBackend(backend);
    const { y, mean, variance } = tf.tidy(() => {
      const x = tf.tensor2d([1, 10, 3, 20, 5, 60], [3, 2]);
      const out = batchNormTraining(x, tf.tensor1d([2, 1]), tf.tensor1d([7, 0]), 1e-9);
      return {
        y: [...out.y.dataSync()],
        mean: [...out.mean.dataSync()],
        variance: [...out.variance.dataSync()],
      };
    });
    expect(mean).toEqual([3, 30]);
    expect(variance[0]).toBeCloseTo(4, 5); // (4 + 0 + 4) / 2
    expect(variance[1]).toBeCloseTo(700, 3); // (400 + 100 + 900) / 2
    const deviations = [Math.sqrt(8 / 3), Math.sqrt(1400 / 3)] as const; // the biased ones
    const expected = [-2, -20, 0, -10, 2, 30].map((centred, at) =>
      at % 2 === 0 ? (2 * centred) / deviations[0] + 7 : centred / deviations[1],
    );
    for (const [at, value] of expected.entries()) expect(y[at]).toBeCloseTo(value, 4);
  });

  it('leaves no tensors behind', async () => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    for (const shape of [
      [3, 5, 5, 6],
      [9, 6],
    ]) {
      const inputs = [randomTensor(1, shape), randomTensor(2, [6]), randomTensor(3, [6])];
      await evaluateOp(backend, run, inputs);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a batch of one value a channel', async () => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const one = () => batchNormTraining(tf.tensor2d([[0, 0]]), tf.ones([2]), tf.zeros([2]), 1e-5);
      expect(one).toThrow('expected at least 2 values a channel, got 1; use a larger batch');
    });
  });
});

describe.each(backends)('batchNormInference on %s', (backend) => {
  it('normalises by the given statistics', async () => {
    await tf.setBackend(backend);
    const y = tf.tidy(() => {
      const x = tf.tensor2d([5, 1], [1, 2]);
      const [scale, offset] = [tf.tensor1d([2, 3]), tf.tensor1d([1, -1])];
      const [mean, variance] = [tf.tensor1d([1, 4]), tf.tensor1d([4, 9])];
      return [...batchNormInference(x, scale, offset, mean, variance, 1e-9).dataSync()];
    });
    expect(y[0]).toBeCloseTo(5, 5); // 2 * (5 - 1) / 2 + 1
    expect(y[1]).toBeCloseTo(-4, 5); // 3 * (1 - 4) / 3 - 1
  });
});
