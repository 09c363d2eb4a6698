import * as tf from '@tensorflow/tfjs-core';
import {
  type BatchNormLayer,
  type BatchStatistics,
  inferenceBatchNorm,
  trainingBatchNorm,
} from './batch-norm-layer.js';
import { type ConvolutionLayer, plainConvolution } from './convolution-layer.js';
import { type Dropout, headLogits } from './head.js';
import { averagePool, masked } from './layers.js';
import type { Model } from './model.js';
import { backboneStages, type Stage } from './resnet.js';

/**
 * Scores patches in evaluation mode: running statistics, no dropout.
 *
 * @param images Shape [n, height, width, 3], float32, normalised.
 * @returns Logits, shape [n, classes]. The caller disposes of them.
 */
export function scoreBatch(model: Model, images: tf.Tensor4D): tf.Tensor2D {
  return logitsOf(model, images, plainLayers(model, inferenceBatchNorm(model)), (x) => x);
}

/**
 * Scores patches in training mode: the batch's own statistics, and dropout. Differentiable in the
 * model's trainable variables, and changes nothing.
 *
 * @param images Shape [n, height, width, 3], n >= 2, float32, normalised.
 * @param masks Dropout masks of the head's two layers, as {@link dropoutMasks} draws them.
 * @param statistics Filled with the batch's statistics, for {@link updateStatistics}; they are kept
 *   beyond `tf.tidy`, the caller disposes of them.
 * @returns Logits, shape [n, classes].
 */
export function trainingLogits(
  model: Model,
  images: tf.Tensor4D,
  masks: readonly tf.Tensor2D[],
  statistics: Map<string, tf.Tensor1D>,
): tf.Tensor2D {
  const dropout: Dropout = (x, layer) => masked(x, masks[layer] as tf.Tensor2D);
  return logitsOf(model, images, plainLayers(model, trainingBatchNorm(model, statistics)), dropout);
}

/**
 * Moves the running statistics towards a batch's: running += momentum * (batch - running), the
 * variance unbiased, as torch does it. All of them as one long vector: six ops, not hundreds.
 *
 * @param momentum In [0, 1].
 */
export function updateStatistics(model: Model, batch: BatchStatistics, momentum = 0.1): void {
  const running = [...batch.keys()].map((name) => {
    const statistic = model.statistics.get(name);
    if (statistic === undefined) throw new Error(`Cannot update "${name}": no such statistic`);
    return statistic as tf.Variable as tf.Variable<tf.Rank.R1>;
  });
  tf.tidy(() => {
    const before = tf.concat1d(running);
    const way = tf.sub(tf.concat1d([...batch.values()]), before);
    const after = tf.add(before, tf.mul(way, momentum));
    const parts = tf.split(
      after,
      running.map(({ size }) => size),
    );
    for (const [index, statistic] of running.entries()) {
      statistic.assign(parts[index] as tf.Tensor1D);
    }
  });
}

/** The layers that differ between training and scoring. */
export interface Layers {
  /** Of the backbone. */
  readonly convolution: ConvolutionLayer;
  /** Of the head. */
  readonly batchNorm: BatchNormLayer;
}

function plainLayers(model: Model, batchNorm: BatchNormLayer): Layers {
  return { convolution: plainConvolution(model, batchNorm), batchNorm };
}

/**
 * The whole forward pass.
 *
 * @param images Shape [n, height, width, 3], float32, normalised.
 * @returns Logits, shape [n, classes].
 */
export function logitsOf(
  model: Model,
  images: tf.Tensor4D,
  { convolution, batchNorm }: Layers,
  dropout: Dropout,
): tf.Tensor2D {
  return tf.tidy(() => {
    const last = backboneStages(model, images, convolution).at(-1) as Stage;
    return headLogits(model, averagePool(last.activation), batchNorm, dropout);
  });
}
