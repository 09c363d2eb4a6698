import * as tf from '@tensorflow/tfjs-core';
import { gatherRows, withZeroRow } from './gather-rows.js';
import { runNative } from './native-op.js';
import type { WindowPadding } from './window-padding.js';

/** Where a convolution's windows lie. */
export interface GatheredWindows {
  readonly rows: WindowPadding;
  readonly columns: WindowPadding;
  readonly stride: number;
}

/**
 * The gradient of a convolution with respect to its filter as one matrix product: the pixels that
 * every window holds, gathered side by side, times what came back. Where windows are few, as in a
 * ResNet's last stage, that is several times faster than `Conv2DBackpropFilter`.
 *
 * @param dy Shape [n, h', w', out].
 * @param x Shape [n, h, w, in].
 * @param filterShape [height, width, in, out].
 * @returns Shape of the filter.
 */
export function gatheredFilterGradient(
  dy: tf.Tensor,
  x: tf.Tensor4D,
  filterShape: tf.Tensor4D['shape'],
  windows: GatheredWindows,
): tf.Tensor {
  const [filterHeight, filterWidth, inputs, outputs] = filterShape;
  const pixels = withZeroRow(tf.reshape(x, [-1, inputs]));
  const gathered = gatherRows(pixels, windowPixels(x.shape, filterShape, windows));
  const rows = tf.reshape(gathered, [-1, filterHeight * filterWidth * inputs]);
  const attributes = { T: 'float32', transpose_a: true, transpose_b: false } as const;
  const [product] = runNative('MatMul', attributes, [rows, tf.reshape(dy, [-1, outputs])]);
  return tf.reshape(product as tf.Tensor, filterShape);
}

/** For every window its pixels' indices, counted through the batch; one past the last for padding. */
function windowPixels(
  [batch, height, width]: tf.Tensor4D['shape'],
  [filterHeight, filterWidth]: tf.Tensor4D['shape'],
  { rows, columns, stride }: GatheredWindows,
): Int32Array {
  const padding = batch * height * width;
  const windows = batch * rows.outputSize * columns.outputSize;
  const index = new Int32Array(windows * filterHeight * filterWidth);
  for (let at = 0; at < index.length; at++) {
    let rest = at;
    const right = rest % filterWidth;
    rest = (rest - right) / filterWidth;
    const down = rest % filterHeight;
    rest = (rest - down) / filterHeight;
    const windowColumn = rest % columns.outputSize;
    rest = (rest - windowColumn) / columns.outputSize;
    const windowRow = rest % rows.outputSize;
    const patch = (rest - windowRow) / rows.outputSize;
    const row = windowRow * stride + down - rows.before;
    const column = windowColumn * stride + right - columns.before;
    const isInside = row >= 0 && row < height && column >= 0 && column < width;
    index[at] = isInside ? (patch * height + row) * width + column : padding;
  }
  return index;
}
