import * as tf from '@tensorflow/tfjs-core';
import { hostCutPatches } from './host-cut-patches.js';
import { nativeCutPatches } from './native-cut-patches.js';
import { isNative } from './native-op.js';

/**
 * Cuts a square out of every patch, turned and mirrored as its steps say: pixel (x, y) of it is
 * pixel ((a x + b y + c) >> 16, (d x + e y + f) >> 16) of the patch, or black if that is outside.
 * All in whole numbers, so the same on every engine. Not differentiable.
 *
 * @param patches Shape [n, h, w, 3], a `uint8Tensor`.
 * @param steps Shape [n, 6] or, where all are cut alike, [1, 6], int32: a to f in 16.16 fixed point.
 *   No sum may leave 32 bits.
 * @returns Shape [n, cropPx, cropPx, 3], float32, in [0, 255].
 */
export function cutPatches(patches: tf.Tensor4D, steps: tf.Tensor2D, cropPx: number): tf.Tensor4D {
  return tf.tidy(() =>
    isNative() ? nativeCutPatches(patches, steps, cropPx) : hostCutPatches(patches, steps, cropPx),
  );
}
