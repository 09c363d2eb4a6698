import * as tf from '@tensorflow/tfjs-core';
import { cutPixels } from './cut-pixels.js';

/** `cutPatches` for engines that have no op to shift whole numbers with. */
export function hostCutPatches(
  patches: tf.Tensor4D,
  steps: tf.Tensor2D,
  cropPx: number,
): tf.Tensor4D {
  const [size, heightPx, widthPx] = patches.shape;
  const crops = cutPixels(
    {
      pixels: patches.dataSync(),
      steps: steps.dataSync() as Int32Array,
      size,
      widthPx,
      heightPx,
    },
    cropPx,
    new Float32Array(size * cropPx * cropPx * 3),
  );
  return tf.tensor4d(crops, [size, cropPx, cropPx, 3]);
}
