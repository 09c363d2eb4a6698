import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conv2d } from '../../../src/engine/ops/conv2d.js';
import { convolutionCases, titleOf } from '../convolution-cases.js';
import { evaluateOp, randomTensor, relativeDifference } from './evaluate-op.js';
import { backends, startEngines } from './start-engines.js';

beforeAll(startEngines);

/** Sums of at most 7 * 7 * 8 float32 products in another order. */
const tolerance = 1e-5;

describe.each(backends)('conv2d on %s', (backend) => {
  it.each(convolutionCases.map((c) => [titleOf(c), c] as const))(
    'agrees with the plain JavaScript back-end, gradients too: %s',
    async (_, c) => {
      const x = randomTensor(1, [c.n, c.sizePx, c.sizePx, c.inputs]);
      const filter = randomTensor(2, [c.filterPx, c.filterPx, c.inputs, c.outputs]);
      const run = (...[image, weights]: tf.Tensor[]) =>
        conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, c.stride, c.padding);
      const expected = await evaluateOp('cpu', run, [x, filter]);
      const actual = await evaluateOp(backend, run, [x, filter]);
      expect(actual).toHaveLength(3);
      for (const [at, tensor] of actual.entries()) {
        expect(relativeDifference(tensor, expected[at] as typeof tensor)).toBeLessThan(tolerance);
      }
    },
  );

  it('pads the same on all sides, as torch does, where TensorFlow would not', async () => {
    const x = { shape: [1, 4, 4, 1], values: new Float32Array(16).fill(1) };
    const filter = { shape: [3, 3, 1, 1], values: new Float32Array(9).fill(1) };
    const run = (...[image, weights]: tf.Tensor[]) =>
      conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, 2, 1);
    const [y] = await evaluateOp(backend, run, [x, filter]);
    // Windows of ones whose first row and column lie in the padding: 2 x 2, 2 x 3, 3 x 2, 3 x 3.
    expect(y?.shape).toEqual([1, 2, 2, 1]);
    expect([...(y?.values ?? [])]).toEqual([4, 6, 6, 9]);
  });

  it('takes every second pixel for a 1 x 1 filter with stride 2, and gives them back', async () => {
    await tf.setBackend(backend);
    const { y, dx } = tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
      const run = (image: tf.Tensor) =>
        conv2d(image as tf.Tensor4D, tf.tensor4d([10], [1, 1, 1, 1]), 2, 0);
      const dy = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
      return { y: [...run(x).dataSync()], dx: [...tf.grad(run)(x, dy).dataSync()] };
    });
    expect(y).toEqual([10, 30, 70, 90]);
    expect(dx).toEqual([10, 0, 20, 0, 0, 0, 30, 0, 40]);
  });

  it('leaves no tensors behind', async () => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    for (const c of convolutionCases) {
      const x = randomTensor(1, [c.n, c.sizePx, c.sizePx, c.inputs]);
      const filter = randomTensor(2, [c.filterPx, c.filterPx, c.inputs, c.outputs]);
      const run = (...[image, weights]: tf.Tensor[]) =>
        conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, c.stride, c.padding);
      await evaluateOp(backend, run, [x, filter]);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a filter larger than the padded image', async () => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const run = () => conv2d(tf.zeros([1, 2, 2, 1]), tf.zeros([5, 5, 1, 1]), 1, 1);
      expect(run).toThrow('Cannot slide a window of 5 px: expected at least that many pixels');
    });
  });
});
