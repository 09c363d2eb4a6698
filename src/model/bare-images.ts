import * as tf from '@tensorflow/tfjs-core';
import { type PatchBatch, type Preprocessing, patchInputs, preprocess } from './preprocess.js';

/** What the first layer sees of patches, as torch lays it out. */
export interface BareImages {
  /** Shape [size, 3, cropPx, cropPx], row by row: cut, and normalised. */
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Cuts out of patches what the network sees, normalised, for networks that take no patches. */
export async function bareImages(
  batch: PatchBatch,
  preprocessing: Preprocessing,
): Promise<BareImages> {
  const inputs = patchInputs(batch, preprocessing);
  const images = tf.tidy(() => tf.transpose(preprocess(inputs, preprocessing), [0, 3, 1, 2]));
  try {
    return { values: (await images.data()) as Float32Array, shape: images.shape };
  } finally {
    tf.dispose([inputs, images]);
  }
}
