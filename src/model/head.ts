import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../engine/ops/relu.js';
import type { BatchNormLayer } from './batch-norm-layer.js';
import { linear } from './layers.js';
import type { Model } from './model.js';

/** Drops features of the head's layer 0 (before fc1) or 1 (before fc2), or gives them back as they are. */
export type Dropout = (x: tf.Tensor2D, layer: number) => tf.Tensor2D;

/**
 * The recipe's head: BatchNorm, dropout, linear, ReLU, BatchNorm, dropout, linear. Differentiable.
 *
 * @param features Shape [n, c], pooled.
 * @param batchNorm In evaluation or training mode.
 * @returns Logits, shape [n, classes].
 */
export function headLogits(
  model: Model,
  features: tf.Tensor2D,
  batchNorm: BatchNormLayer,
  dropout: Dropout,
): tf.Tensor2D {
  return tf.tidy(() => {
    let x = dropout(batchNorm(features, 'head.bn1'), 0);
    x = relu(linearLayer(model, x, 'head.fc1'));
    x = dropout(batchNorm(x, 'head.bn2'), 1);
    return linearLayer(model, x, 'head.fc2');
  });
}

function linearLayer(model: Model, x: tf.Tensor2D, layer: string): tf.Tensor2D {
  const matrix = model.trainable.get(`${layer}.weight`);
  const bias = model.trainable.get(`${layer}.bias`);
  if (matrix === undefined || bias === undefined) {
    throw new Error(`Cannot run the model: expected parameters of "${layer}"`);
  }
  return linear(x, matrix as tf.Tensor as tf.Tensor2D, bias as tf.Tensor as tf.Tensor1D);
}
