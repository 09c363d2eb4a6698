import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../../../src/engine/wasm/start.js';
import { convolutionCases, titleOf } from '../convolution-cases.js';
import { evaluateOp, randomTensor, relativeDifference } from '../ops/evaluate-op.js';

beforeAll(startWasm);

/** Sums of at most 7 * 7 * 8 float32 products in another order. */
const tolerance = 1e-5;

describe('conv2d on wasm', () => {
  it.each(convolutionCases.map((c) => [titleOf(c), c] as const))(
    'has the gradients of the plain JavaScript back-end: %s',
    async (_, c) => {
      const x = randomTensor(1, [c.n, c.sizePx, c.sizePx, c.inputs]);
      const filter = randomTensor(2, [c.filterPx, c.filterPx, c.inputs, c.outputs]);
      const op = (...[image, weights]: tf.Tensor[]) =>
        tf.conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, c.stride, c.padding);
      const expected = await evaluateOp('cpu', op, [x, filter]);
      const actual = await evaluateOp('wasm', op, [x, filter]);
      expect(actual).toHaveLength(3);
      for (const [at, tensor] of actual.entries()) {
        expect(relativeDifference(tensor, expected[at] as typeof tensor)).toBeLessThan(tolerance);
      }
    },
  );

  it('gives hand-worked gradients', async () => {
    const x = { shape: [1, 2, 2, 1], values: Float32Array.of(1, 2, 3, 4) };
    const filter = { shape: [2, 2, 1, 1], values: Float32Array.of(5, 6, 7, 8) };
    await tf.setBackend('wasm');
    const { gradients, y } = tf.tidy(() => {
      const op = (image: tf.Tensor, weights: tf.Tensor) =>
        tf.conv2d(image as tf.Tensor4D, weights as tf.Tensor4D, 1, 'valid');
      const inputs = [x, filter].map(({ values, shape }) => tf.tensor(values, shape));
      const dy = tf.tensor4d([2], [1, 1, 1, 1]);
      return {
        y: [...op(inputs[0] as tf.Tensor, inputs[1] as tf.Tensor).dataSync()],
        gradients: tf
          .grads(op)(inputs as [tf.Tensor, tf.Tensor], dy)
          .map((g) => [...g.dataSync()]),
      };
    });
    expect(y).toEqual([1 * 5 + 2 * 6 + 3 * 7 + 4 * 8]);
    expect(gradients).toEqual([
      [10, 12, 14, 16], // the filter, doubled
      [2, 4, 6, 8], // the image, doubled
    ]);
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const x = randomTensor(1, [2, 5, 5, 3]);
    const filter = randomTensor(2, [3, 3, 3, 4]);
    await evaluateOp('wasm', (...[a, b]) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 1), [
      x,
      filter,
    ]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
