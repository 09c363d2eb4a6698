import * as tf from '@tensorflow/tfjs-core';
import type { FusedOp } from './fused-op.js';
import { gatherRows, withZeroRow } from './gather-rows.js';
import { runNative } from './native-op.js';

/**
 * A convolution of single pixels, which is a matrix product: up to 3.5 times faster than `Conv2D`
 * and its gradients. With a stride, the pixels that count are gathered first.
 */
export const pointwiseConv2d: FusedOp = {
  name: 'HistoNativePointwiseConv2d',
  inputsToSave: ['x', 'filter'],
  outputsToSave: [false],
  forward: (inputs, { stride = 1 }) => {
    const { x, filter } = inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
    const { rows, shape } = pointwiseRows(x, filter, stride);
    return [tf.reshape(rows, shape)];
  },
  gradients: ([dy], saved, { stride = 1 }) => {
    const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
    const upstream = () => tf.reshape(dy as tf.Tensor, [-1, filter.shape[3]]);
    return {
      x: () => {
        const pixels = multiply(upstream(), matrixOf(filter), { isSecondTransposed: true });
        return spreadOut(pixels, x.shape, stride);
      },
      filter: () => {
        const product = multiply(pixelsOf(x, stride), upstream(), { isFirstTransposed: true });
        return tf.reshape(product, filter.shape);
      },
    };
  },
};

/**
 * The same as one row a pixel. Not differentiable.
 *
 * @returns `rows` of shape [n h' w', out], which is `shape` once they are put together.
 */
export function pointwiseRows(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
): { readonly rows: tf.Tensor2D; readonly shape: tf.Tensor4D['shape'] } {
  const [batch, height, width] = x.shape;
  return {
    rows: multiply(pixelsOf(x, stride), matrixOf(filter), {}) as tf.Tensor2D,
    shape: [batch, strided(height, stride), strided(width, stride), filter.shape[3]],
  };
}

function multiply(
  a: tf.Tensor,
  b: tf.Tensor,
  options: { readonly isFirstTransposed?: boolean; readonly isSecondTransposed?: boolean },
): tf.Tensor {
  const attributes = {
    T: 'float32',
    transpose_a: options.isFirstTransposed ?? false,
    transpose_b: options.isSecondTransposed ?? false,
  } as const;
  return runNative('MatMul', attributes, [a, b])[0] as tf.Tensor;
}

/** Shape [1, 1, in, out] -> [in, out]. */
function matrixOf(filter: tf.Tensor4D): tf.Tensor {
  return tf.reshape(filter, [filter.shape[2], filter.shape[3]]);
}

/** The pixels that a filter with this stride stops at: shape [n h' w', c]. */
function pixelsOf(x: tf.Tensor4D, stride: number): tf.Tensor {
  const pixels = tf.reshape(x, [-1, x.shape[3]]);
  return stride === 1 ? pixels : gatherRows(pixels, stops(x.shape, stride));
}

/** Puts rows of [n h' w', c] back where {@link pixelsOf} took them from, zeros elsewhere. */
function spreadOut(pixels: tf.Tensor, shape: tf.Tensor4D['shape'], stride: number): tf.Tensor {
  if (stride === 1) return tf.reshape(pixels, shape);
  const [batch, height, width] = shape;
  const from = new Int32Array(batch * height * width).fill(pixels.shape[0] as number);
  for (const [row, pixel] of stops(shape, stride).entries()) from[pixel] = row;
  return tf.reshape(gatherRows(withZeroRow(pixels), from), shape);
}

/** Index of every pixel, counted through the batch, that a filter with this stride stops at. */
function stops([batch, height, width]: tf.Tensor4D['shape'], stride: number): Int32Array {
  const index = new Int32Array(batch * strided(height, stride) * strided(width, stride));
  let next = 0;
  for (let patch = 0; patch < batch; patch++) {
    for (let row = 0; row < height; row += stride) {
      for (let column = 0; column < width; column += stride) {
        index[next++] = (patch * height + row) * width + column;
      }
    }
  }
  return index;
}

function strided(size: number, stride: number): number {
  return Math.ceil(size / stride);
}
