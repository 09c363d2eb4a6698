import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from './conv2d.js';
import { isPointwise } from './native-conv2d.js';
import { isNative, isOnGpu, runNative } from './native-op.js';
import { pointwiseRows } from './native-pointwise-conv2d.js';
import { relu } from './relu.js';

/** What is done to a convolution's output, in this order. */
export interface Finish {
  /** Shape [out]. Added to every pixel. */
  readonly bias: tf.Tensor1D;
  /** Added to all of it; null: nothing. */
  readonly addend: tf.Tensor4D | null;
  /** Whether negative values become 0. */
  readonly isRectified: boolean;
}

/**
 * A convolution, a bias, perhaps a sum and a rectifier, for scoring: not differentiable. Written so
 * that TensorFlow makes one op of it where it can.
 *
 * @param x Shape [n, h, w, in], float32.
 * @param filter Shape [height, width, in, out], float32.
 * @param stride Step in pixels.
 * @param padding Zero pixels added on each of the four sides.
 * @returns Shape [n, h', w', out], as of {@link conv2d}.
 */
export function biasedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  padding: number,
  { bias, addend, isRectified }: Finish,
): tf.Tensor4D {
  return tf.tidy(() => {
    const isLast = addend === null && isRectified;
    const y = withBias(x, filter, stride, padding, bias, isLast);
    if (addend === null) return y;
    const sum = tf.add(y, addend) as tf.Tensor4D;
    return isRectified ? relu(sum) : sum;
  });
}

function withBias(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  padding: number,
  bias: tf.Tensor1D,
  isRectified: boolean,
): tf.Tensor4D {
  const finished = <T extends tf.Tensor>(y: T) => {
    const sum = isNative()
      ? (runNative('BiasAdd', biasAttributes, [y, bias])[0] as T)
      : (tf.add(y, bias) as T);
    return isRectified ? relu(sum) : sum;
  };
  if (!isNative() || isOnGpu() || !isPointwise(filter, padding)) {
    return finished(conv2d(x, filter, stride, padding));
  }
  // On the rows: TensorFlow joins a matrix product with what follows it directly. (Not with a sum
  // and a rectifier behind the bias: there its remapper writes a graph that it then refuses.)
  const { rows, shape } = pointwiseRows(x, filter, stride);
  return tf.reshape(finished(rows), shape);
}

const biasAttributes = { T: 'float32', data_format: { text: 'NHWC' } } as const;
