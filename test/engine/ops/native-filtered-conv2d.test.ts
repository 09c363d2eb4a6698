import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { runFusedOp } from '../../../src/engine/ops/fused-op.js';
import { canFilter, filteredConv2d } from '../../../src/engine/ops/native-filtered-conv2d.js';
import { runNative } from '../../../src/engine/ops/native-op.js';
import { hasNativeEngine } from '../../native-engine.js';
import { evaluateOp, type HostTensor, randomTensor, relativeDifference } from './evaluate-op.js';
import { startEngines } from './start-engines.js';

beforeAll(startEngines);

const cases = [2, 3, 4, 6, 7]
  .map((size) => ({ size, stride: 1 }))
  .concat([4, 7].map((size) => ({ size, stride: 2 })))
  .flatMap((c) => [2, 3, 4].map((largestTile) => ({ ...c, largestTile })));

function filter(size: number, stride: number, largestTile: number) {
  return (x: tf.Tensor, weights: tf.Tensor) =>
    runFusedOp(
      filteredConv2d,
      { x, filter: weights },
      { size, stride, largestTile },
    )[0] as tf.Tensor;
}

/** The convolution of square maps in float64, with a padding of one. */
function convolved(x: HostTensor, weights: HostTensor): Float64Array {
  const [n = 0, size = 0, , channels = 0] = x.shape;
  const outputs = weights.shape[3] as number;
  const y = new Float64Array(n * size * size * outputs);
  for (let at = 0; at < n * size * size; at++) {
    const [row, column] = [Math.floor(at / size) % size, at % size];
    for (let tap = 0; tap < 9; tap++) {
      const [down, right] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
      if (row + down < 0 || row + down >= size) continue;
      if (column + right < 0 || column + right >= size) continue;
      const pixel = (at + down * size + right) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const value = x.values[pixel + channel] as number;
        const weight = (tap * channels + channel) * outputs;
        for (let output = 0; output < outputs; output++) {
          y[at * outputs + output] =
            (y[at * outputs + output] as number) +
            value * (weights.values[weight + output] as number);
        }
      }
    }
  }
  return y;
}

/** The root of the mean squared difference. */
function error(actual: ArrayLike<number>, expected: Float64Array): number {
  const total = expected.reduce((sum, value, at) => sum + ((actual[at] as number) - value) ** 2, 0);
  return Math.sqrt(total / expected.length);
}

describe.skipIf(!hasNativeEngine)('filteredConv2d', () => {
  it.each(cases)(
    'agrees with the plain JavaScript back-end, gradients too: $size px, stride $stride, tile $largestTile',
    async ({ size, stride, largestTile }) => {
      const inputs = [randomTensor(1, [3, size, size, 4]), randomTensor(2, [3, 3, 4, 6])];
      const plain = (...[x, weights]: tf.Tensor[]) =>
        tf.conv2d(x as tf.Tensor4D, weights as tf.Tensor4D, stride, 1, 'NHWC', 1, 'floor');
      const ours = filter(size, stride, largestTile);
      const actual = await evaluateOp(
        'tensorflow',
        (...[x, weights]) => ours(x as tf.Tensor, weights as tf.Tensor),
        inputs,
      );
      const expected = await evaluateOp('cpu', plain, inputs);
      expect(actual).toHaveLength(3);
      for (const [at, tensor] of actual.entries()) {
        // Sums of 36 products, or 3 * 49 for the filter's gradient, to some 1e-6, times 9.
        expect(relativeDifference(tensor, expected[at] as HostTensor)).toBeLessThan(1e-5);
      }
    },
  );
});

/** Root mean squared errors of the plain and of the filtered convolution in float32. */
async function errorsOf(size: number, largestTile: number, channels: number) {
  await tf.setBackend('tensorflow');
  const x = randomTensor(3, [2, size, size, channels]);
  const weights = randomTensor(4, [3, 3, channels, 16]);
  const exact = convolved(x, weights);
  const attributes = {
    T: 'float32',
    strides: [1, 1, 1, 1],
    padding: { text: 'SAME' },
    data_format: { text: 'NHWC' },
  } as const;
  return tf.tidy(() => {
    const tensors = [x, weights].map(({ values, shape }) => tf.tensor(values, shape));
    const [plain] = runNative('Conv2D', attributes, tensors) as [tf.Tensor];
    const ours = filter(size, 1, largestTile)(...(tensors as [tf.Tensor, tf.Tensor]));
    return { plain: error(plain.dataSync(), exact), filtered: error(ours.dataSync(), exact) };
  });
}

// Against the convolution in float64, where all figures are exact. With few channels the mixing's own
// rounding counts most, with many that of the sum over channels, which filtering shortens.
describe.skipIf(!hasNativeEngine)('rounding of filteredConv2d', () => {
  it.each([
    { size: 4, channels: 4 },
    { size: 4, channels: 256 },
    { size: 7, channels: 4 },
    { size: 7, channels: 256 },
  ])('is up to 9 times that of Conv2D with tiles of 4: $size px, $channels channels', async (c) => {
    const { plain, filtered } = await errorsOf(c.size, 4, c.channels);
    expect(filtered / plain).toBeLessThan(10); // 9.0 was seen, less with more channels
    expect(filtered).toBeGreaterThan(plain); // else the smaller tiles would have no use
  });

  it.each([
    { size: 2, channels: 4 },
    { size: 2, channels: 256 },
    { size: 3, channels: 4 },
    { size: 4, channels: 4 },
    { size: 4, channels: 256 },
    { size: 6, channels: 4 },
    { size: 7, channels: 4 },
    { size: 7, channels: 256 },
  ])('is up to twice that of Conv2D with tiles of 2: $size px, $channels channels', async (c) => {
    const { plain, filtered } = await errorsOf(c.size, 2, c.channels);
    expect(filtered / plain).toBeLessThan(2);
  });
});

describe('canFilter', () => {
  type Shape = tf.Tensor4D['shape'];
  const can = (x: Shape, weights: Shape, stride: number, padding: number) =>
    tf.tidy(() => canFilter(tf.zeros(x), tf.zeros(weights), stride, padding));

  it('takes square maps of 2 to 7 pixels with 3 x 3 filters and a padding of one', () => {
    expect([2, 3, 4, 6, 7].map((px) => can([1, px, px, 2], [3, 3, 2, 2], 1, 1))).not.toContain(
      false,
    );
    expect([4, 7].map((px) => can([1, px, px, 2], [3, 3, 2, 2], 2, 1))).toEqual([true, true]);
  });

  it('leaves everything else to Conv2D', () => {
    expect(can([1, 4, 7, 2], [3, 3, 2, 2], 1, 1)).toBe(false);
    expect(can([1, 4, 4, 2], [3, 3, 2, 2], 1, 0)).toBe(false);
    expect(can([1, 4, 4, 2], [3, 1, 2, 2], 1, 1)).toBe(false);
    expect(can([1, 7, 7, 2], [7, 7, 2, 2], 1, 1)).toBe(false);
    expect(can([1, 13, 13, 2], [3, 3, 2, 2], 1, 1)).toBe(false);
    expect(can([1, 2, 2, 2], [3, 3, 2, 2], 2, 1)).toBe(false);
  });
});
