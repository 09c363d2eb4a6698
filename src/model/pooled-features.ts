import * as tf from '@tensorflow/tfjs-core';
import { inferenceBatchNorm } from './batch-norm-layer.js';
import { plainConvolution } from './convolution-layer.js';
import { averagePool } from './layers.js';
import type { Model } from './model.js';
import { type PatchBatch, type Preprocessing, patchInputs, preprocess } from './preprocess.js';
import { backboneStages, type Stage } from './resnet.js';

/**
 * What the head would get of patches: the means over the maps of the last stage, in evaluation mode.
 *
 * @returns Shape [size, features], row by row.
 */
export async function pooledFeatures(
  model: Model,
  batch: PatchBatch,
  preprocessing: Preprocessing,
): Promise<Float32Array> {
  const inputs = patchInputs(batch, preprocessing);
  const features = tf.tidy(() => {
    const images = preprocess(inputs, preprocessing);
    const layer = plainConvolution(model, inferenceBatchNorm(model));
    return averagePool((backboneStages(model, images, layer).at(-1) as Stage).activation);
  });
  try {
    return (await features.data()) as Float32Array;
  } finally {
    tf.dispose([features, ...Object.values(inputs)]);
  }
}
