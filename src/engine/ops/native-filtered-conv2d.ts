import * as tf from '@tensorflow/tfjs-core';
import { type FilteringAlgorithm, filteringAlgorithm, type Matrix } from './filtering-algorithm.js';
import type { FusedOp } from './fused-op.js';
import { gatherRows } from './gather-rows.js';
import { runNative } from './native-op.js';

/**
 * A convolution of 3 x 3 pixels on a small square map, with a padding of one, by minimal filtering:
 * pixels and filter are each mixed by a small constant matrix, multiplied channels by channels at
 * each of the resulting points, and mixed again. At 2 x 2 pixels that takes 9 matrix products
 * instead of 36, at 4 x 4 pixels 36 instead of 144; all three passes gain alike.
 *
 * Inputs `x` and `filter`, attributes `size` (the map's side), `stride` and `largestTile`.
 *
 * @see Lavin & Gray 2015, arXiv:1509.09308
 */
export const filteredConv2d: FusedOp = {
  name: 'HistoNativeFilteredConv2d',
  inputsToSave: [],
  outputsToSave: [false, true, true],
  forward: (inputs, { size = 0, stride = 1, largestTile = 2 }) => {
    const { x, filter } = inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
    const { input, output, taps, points, inputSize, outputSize } = planOf(
      size,
      stride,
      largestTile,
    );
    const [batch, , , channels] = x.shape;
    const outputs = filter.shape[3];
    const pixels = tf.reshape(pixelsFirst(x), [inputSize, batch * channels]);
    const mixed = tf.reshape(product(input, pixels), [points, -1, channels]);
    const flat = tf.reshape(filter, [9, channels * outputs]);
    const mixedFilter = tf.reshape(product(taps, flat), [points, channels, outputs]);
    const products = tf.reshape(productsOf(mixed, mixedFilter), [-1, batch * outputs]);
    const side = Math.sqrt(outputSize);
    const y = batchFirst(product(output, products), [batch, side, side, outputs]);
    return [y, mixed, mixedFilter];
  },
  gradients: ([dy], saved, { size = 0, stride = 1, largestTile = 2 }) => {
    const [mixed, mixedFilter] = saved as [tf.Tensor3D, tf.Tensor3D];
    const { input, output, taps, points, outputSize } = planOf(size, stride, largestTile);
    const [batch, , , outputs] = (dy as tf.Tensor4D).shape;
    const channels = mixed.shape[2];
    const dProducts = tf.tidy(() => {
      const pixels = tf.reshape(pixelsFirst(dy as tf.Tensor4D), [outputSize, batch * outputs]);
      return tf.reshape(product(output, pixels, true), [points, -1, outputs]) as tf.Tensor3D;
    });
    return {
      x: () => {
        const dMixed = productsOf(dProducts, mixedFilter, { isSecondTransposed: true });
        const pixels = product(input, tf.reshape(dMixed, [-1, batch * channels]), true);
        return batchFirst(pixels, [batch, size, size, channels]);
      },
      filter: () => {
        const dMixed = productsOf(mixed, dProducts, { isFirstTransposed: true });
        const flat = product(taps, tf.reshape(dMixed, [points, channels * outputs]), true);
        return tf.reshape(flat, [3, 3, channels, outputs]);
      },
    };
  },
};

/** True if {@link filteredConv2d} does this convolution, and faster than `Conv2D`. */
export function canFilter(x: tf.Tensor4D, filter: tf.Tensor4D, stride: number, padding: number) {
  const [, height, width] = x.shape;
  const [rows, columns] = filter.shape;
  const isFitting = height === width && rows === 3 && columns === 3 && padding === 1;
  return isFitting && filteringAlgorithm(height, stride, 2) !== null;
}

/** The matrices for both axes at once. */
interface Plan {
  /** Shape [points * tiles, inputSize]. */
  readonly input: tf.Tensor2D;
  /** Shape [points, 9]. */
  readonly taps: tf.Tensor2D;
  /** Shape [outputSize, points * tiles]. */
  readonly output: tf.Tensor2D;
  readonly points: number;
  /** Pixels of a map. */
  readonly inputSize: number;
  readonly outputSize: number;
}

function planOf(size: number, stride: number, largestTile: number): Plan {
  const algorithm = filteringAlgorithm(size, stride, largestTile);
  if (algorithm === null) throw new Error(`Cannot filter ${size} pixels with stride ${stride}`);
  const { points, input, filter, output } = algorithm;
  const order = pointsFirst(algorithm);
  const both = kronecker(input);
  return {
    input: tf.tensor2d(order.map((row) => both[row] as number[])),
    taps: tf.tensor2d(kronecker(filter)),
    output: tf.tensor2d(
      kronecker(output).map((row) => order.map((column) => row[column] as number)),
    ),
    points: points * points,
    inputSize: size * size,
    outputSize: output.length ** 2,
  };
}

/** Where (point down, point right, tile down, tile right), in this order, lies in a Kronecker product. */
function pointsFirst({ tiles, points }: FilteringAlgorithm): number[] {
  const length = tiles * points;
  return Array.from({ length: length * length }, (_, at) => {
    const [point, tile] = [Math.floor(at / tiles ** 2), at % tiles ** 2];
    const down = Math.floor(tile / tiles) * points + Math.floor(point / points);
    const right = (tile % tiles) * points + (point % points);
    return down * length + right;
  });
}

function kronecker(matrix: Matrix): number[][] {
  return matrix.flatMap((down) =>
    matrix.map((right) => down.flatMap((a) => right.map((b) => a * b))),
  );
}

/** The matrix, or its transpose, times [k, n]. */
function product(matrix: tf.Tensor, values: tf.Tensor, isTransposed = false): tf.Tensor {
  const attributes = { T: 'float32', transpose_a: isTransposed, transpose_b: false } as const;
  return runNative('MatMul', attributes, [matrix, values])[0] as tf.Tensor;
}

/** At each point one matrix times another. */
function productsOf(
  a: tf.Tensor,
  b: tf.Tensor,
  options: { readonly isFirstTransposed?: boolean; readonly isSecondTransposed?: boolean } = {},
): tf.Tensor {
  const { isFirstTransposed = false, isSecondTransposed = false } = options;
  const attributes = { T: 'float32', adj_x: isFirstTransposed, adj_y: isSecondTransposed } as const;
  return runNative('BatchMatMulV2', attributes, [a, b])[0] as tf.Tensor;
}

/** Shape [n, h, w, c] -> [h w n, c]. */
function pixelsFirst(x: tf.Tensor4D): tf.Tensor {
  const [batch, height, width, channels] = x.shape;
  return gatherRows(tf.reshape(x, [-1, channels]), exchanged(batch, height * width));
}

/** Shape [h w, n c] -> the given [n, h, w, c]. */
function batchFirst(pixels: tf.Tensor, shape: tf.Tensor4D['shape']): tf.Tensor4D {
  const [batch, height, width, channels] = shape;
  const rows = tf.reshape(pixels, [-1, channels]);
  return tf.reshape(gatherRows(rows, exchanged(height * width, batch)), shape);
}

/** Indices that make [b, a] of rows [a, b]. */
function exchanged(a: number, b: number): Int32Array {
  return Int32Array.from({ length: a * b }, (_, at) => (at % a) * b + Math.floor(at / a));
}
