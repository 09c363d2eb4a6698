import * as tf from '@tensorflow/tfjs-core';
import { spreadOut, type Windows, windowsOf } from './windows.js';

/** What tfjs hands to the kernel: the attributes of the pooling. */
interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'same' | 'valid' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * Registers the gradient of MaxPool (NHWC), made of other ops, in place of tfjs's own kernel for
 * wasm 4.22: that one loses the gradients of windows whose largest pixel is negative.
 */
export function registerMaxPoolGradient(backendName: string): void {
  tf.unregisterKernel('MaxPoolGrad', backendName);
  tf.registerKernel({
    kernelName: 'MaxPoolGrad',
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, input, output } = inputs as Record<'dy' | 'input' | 'output', tf.Tensor4D>;
      const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttributes;
      const windows = tf.backend_util.computePool2DInfo(
        input.shape,
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      return tf.tidy(() => maxPoolGradient(dy, input, output, windows));
    },
  });
}

/** Each window's gradient goes to its largest pixel, the first of equals. */
function maxPoolGradient(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  y: tf.Tensor4D,
  windows: Windows,
): tf.Tensor {
  const { filterWidth, inHeight, inWidth, padInfo } = windows;
  const { top, bottom, left, right } = padInfo;
  let waiting = tf.onesLike(y); // 1 where a window has not met its largest pixel yet
  let total: tf.Tensor = tf.zeros([
    x.shape[0],
    inHeight + top + bottom,
    inWidth + left + right,
    x.shape[3],
  ]);
  for (const [place, pixels] of windowsOf(x, windows, Number.NEGATIVE_INFINITY).entries()) {
    const isHere = tf.mul(tf.cast(tf.equal(pixels, y), 'float32'), waiting);
    waiting = tf.sub(waiting, isHere);
    const gradient = spreadOut(tf.mul(dy, isHere) as tf.Tensor4D, windows);
    const [row, column] = [Math.floor(place / filterWidth), place % filterWidth];
    const [, height, width] = gradient.shape;
    const [below, behind] = [row + height, column + width];
    const around: [number, number][] = [
      [0, 0],
      [row, (total.shape[1] as number) - below],
      [column, (total.shape[2] as number) - behind],
      [0, 0],
    ];
    total = tf.add(total, tf.pad(gradient, around));
  }
  return tf.slice(total, [0, top, left, 0], x.shape);
}
