import * as tf from '@tensorflow/tfjs-core';
import { runNative } from './native-op.js';
import { uint8Tensor } from './uint8-tensor.js';

/** `cutPatches` as ops of TensorFlow's: where every pixel comes from, then one gather of pixels. */
export function nativeCutPatches(
  patches: tf.Tensor4D,
  steps: tf.Tensor2D,
  cropPx: number,
): tf.Tensor4D {
  const [n, heightPx, widthPx] = patches.shape;
  const patchPixels = heightPx * widthPx;
  const coefficients = tf.reshape(steps, [-1, 6, 1, 1]);
  const [a, b, c, d, e, f] = tf.unstack(coefficients, 1) as Six;
  const column = tf.range(0, cropPx, 1, 'int32');
  const row = tf.reshape(column, [cropPx, 1]);
  const x = upperHalf(tf.add(tf.add(tf.mul(b, row), c), tf.mul(a, column)));
  const y = upperHalf(tf.add(tf.add(tf.mul(e, row), f), tf.mul(d, column)));
  const first = tf.reshape(tf.range(0, n * patchPixels, patchPixels, 'int32'), [n, 1, 1]);
  const pixel = tf.add(tf.add(tf.mul(y, whole(widthPx)), x), first);
  const beyond = [tf.sub(whole(widthPx - 1), x), tf.sub(whole(heightPx - 1), y)];
  // Numbers joined bit by bit are negative where one of them is: outside.
  const joined = [x, y, ...beyond].reduce((some, more) => runWhole('BitwiseOr', [some, more]));
  const isInside = tf.greaterEqual(joined, whole(0));
  const behindAll = whole(n * patchPixels); // the black pixel
  const from = runWhole('SelectV2', [isInside, pixel, behindAll]);
  const attributes = { Tparams: 'uint8', Tindices: 'int32', Taxis: 'int32' } as const;
  const crops = run('GatherV2', attributes, [withBlackPixel(patches), from, whole(0)]);
  return run('Cast', { SrcT: 'uint8', DstT: 'float32' }, [crops]) as tf.Tensor4D;
}

type Six = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

/** Shape [n * h * w + 1, 3]: the pixels of all patches, behind them a black one. */
function withBlackPixel(patches: tf.Tensor4D): tf.Tensor {
  const shape = tf.tensor1d([patches.size / 3, 3], 'int32');
  const pixels = run('Reshape', { T: 'uint8', Tshape: 'int32' }, [patches, shape]);
  const black = uint8Tensor(new Uint8Array(3), [1, 3]);
  const attributes = { T: 'uint8', Tidx: 'int32', N: { whole: 2 } } as const;
  return run('ConcatV2', attributes, [pixels, black, whole(0)]);
}

/** 16.16 fixed point, rounded down. */
function upperHalf(fixed: tf.Tensor): tf.Tensor {
  return runWhole('RightShift', [fixed, whole(16)]);
}

function whole(value: number): tf.Scalar {
  return tf.scalar(value, 'int32');
}

function runWhole(op: string, inputs: readonly tf.Tensor[]): tf.Tensor {
  return run(op, { T: 'int32' }, inputs);
}

function run(...call: Parameters<typeof runNative>): tf.Tensor {
  return runNative(...call)[0] as tf.Tensor;
}
