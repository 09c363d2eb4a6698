import * as tf from '@tensorflow/tfjs-core';
import { windowPadding } from './window-padding.js';

/**
 * The largest value of every window, as torch's `MaxPool2d` (padding never wins).
 *
 * @param x Shape [n, h, w, c], float32.
 * @param size Window's height and width, in pixels.
 * @param stride Step from window to window, in pixels.
 * @param padding Pixels added on each of the four sides, at most half the size.
 * @returns Shape [n, h', w', c], h' = floor((h + 2 padding - size) / stride) + 1.
 */
export function maxPool(
  x: tf.Tensor4D,
  size: number,
  stride: number,
  padding: number,
): tf.Tensor4D {
  const rows = windowPadding(x.shape[1], size, stride, padding);
  const columns = windowPadding(x.shape[2], size, stride, padding);
  if (rows.kind === columns.kind && rows.kind !== 'BEFOREHAND') {
    return tf.maxPool(x, size, stride, rows.kind === 'SAME' ? 'same' : 'valid');
  }
  return tf.tidy(() => {
    const padded = tf.pad(
      x,
      [
        [0, 0],
        [rows.before, rows.after],
        [columns.before, columns.after],
        [0, 0],
      ],
      Number.NEGATIVE_INFINITY,
    );
    return tf.maxPool(padded, size, stride, 'valid');
  });
}
