import * as tf from '@tensorflow/tfjs-core';
import { type BatchNormLayer, trainingBatchNorm } from './batch-norm-layer.js';
import { type ConvolutionLayer, plainConvolution } from './convolution-layer.js';
import { logitsOf } from './forward.js';
import { masked } from './layers.js';
import type { Model } from './model.js';

/** How far a layer's activation goes. */
export interface ActivationPeak {
  /** As in `layer3.2.conv1`, with its BatchNorm, shortcut and rectifier; `logits`. */
  readonly layer: string;
  /** Its largest absolute value; null if it has one that is not finite. */
  readonly peak: number | null;
}

/**
 * The largest absolute activation of every layer in a forward pass in training mode, in the order in
 * which the layers run: where numbers grow out of float32, and where they came from. Op by op, in
 * float32; for the rare batch whose loss is not finite.
 *
 * @param images Shape [n, height, width, 3], n >= 2, float32, normalised.
 * @param masks Dropout masks of the head's two layers.
 */
export async function activationPeaks(
  model: Model,
  images: tf.Tensor4D,
  masks: readonly tf.Tensor2D[],
): Promise<ActivationPeak[]> {
  const found: { readonly layer: string; readonly peak: tf.Scalar }[] = [];
  const note = (layer: string, activation: tf.Tensor) => {
    found.push({ layer, peak: tf.keep(tf.tidy(() => peakOf(activation))) });
  };
  const statistics = new Map<string, tf.Tensor1D>();
  const plainNorm = trainingBatchNorm(model, statistics);
  const plainLayer = plainConvolution(model, plainNorm);
  const convolution: ConvolutionLayer = (x, names, options) => {
    const y = plainLayer(x, names, options);
    note(names.convolution, y);
    return y;
  };
  const batchNorm: BatchNormLayer = (x, layer) => {
    const y = plainNorm(x, layer);
    note(layer, y);
    return y;
  };
  const dropout = (x: tf.Tensor2D, layer: number) => masked(x, masks[layer] as tf.Tensor2D);
  try {
    tf.tidy(() => note('logits', logitsOf(model, images, { convolution, batchNorm }, dropout)));
    return await Promise.all(
      found.map(async ({ layer, peak }) => {
        const [value = 0] = await peak.data();
        return { layer, peak: Number.isFinite(value) ? value : null };
      }),
    );
  } finally {
    tf.dispose([...statistics.values(), ...found.map(({ peak }) => peak)]);
  }
}

/** NaN where a value is not finite: a maximum alone may pass NaN over. */
function peakOf(activation: tf.Tensor): tf.Scalar {
  const nothing = tf.sum(tf.mul(activation, 0));
  return tf.add(tf.max(tf.abs(activation)), nothing) as tf.Scalar;
}
