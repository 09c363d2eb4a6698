import * as tf from '@tensorflow/tfjs-core';
import { nativeConv2d } from './native-conv2d.js';
import { isNative } from './native-op.js';
import { windowPadding } from './window-padding.js';

/**
 * A convolution without bias, with torch's padding (the same on all four sides).
 *
 * @param x Shape [n, h, w, in], float32.
 * @param filter Shape [height, width, in, out], float32.
 * @param stride Step in pixels.
 * @param padding Zero pixels added on each of the four sides.
 * @returns Shape [n, h', w', out], h' = floor((h + 2 padding - height) / stride) + 1.
 * @throws {RangeError} If the filter is larger than the padded image.
 */
export function conv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  padding: number,
): tf.Tensor4D {
  for (const side of [1, 2] as const) {
    windowPadding(x.shape[side], filter.shape[side - 1] as number, stride, padding);
  }
  if (isNative()) return nativeConv2d(x, filter, stride, padding);
  return tf.conv2d(x, filter, stride, padding, 'NHWC', 1, 'floor');
}
