import * as tf from '@tensorflow/tfjs-core';
import { biasedConv2d } from '../engine/ops/biased-conv2d.js';
import { conv2d } from '../engine/ops/conv2d.js';
import { relu } from '../engine/ops/relu.js';
import { type BatchNormLayer, epsilon, variableOf } from './batch-norm-layer.js';
import { sumOf } from './layers.js';
import type { Model } from './model.js';

/** A convolution without bias, and the BatchNorm behind it, by their names in the model. */
export interface ConvolutionNames {
  /** As in `layer1.0.conv2`. */
  readonly convolution: string;
  /** As in `layer1.0.bn2`. */
  readonly norm: string;
}

export interface ConvolutionOptions {
  readonly stride: number;
  readonly padding: number;
  /** Added after the BatchNorm: a block's shortcut. Default: nothing. */
  readonly addend?: tf.Tensor4D;
  /** Whether a rectifier ends it. Default: true. */
  readonly isRectified?: boolean;
}

/** Convolution, BatchNorm, sum, rectifier on [n, h, w, c]. */
export type ConvolutionLayer = (
  x: tf.Tensor4D,
  names: ConvolutionNames,
  options: ConvolutionOptions,
) => tf.Tensor4D;

/** One after the other, with BatchNorm in either mode. Differentiable. */
export function plainConvolution(model: Model, batchNorm: BatchNormLayer): ConvolutionLayer {
  return (x, names, { stride, padding, addend, isRectified = true }) =>
    tf.tidy(() => {
      let y = batchNorm(conv2d(x, filterOf(model, names), stride, padding), names.norm);
      if (addend !== undefined) y = sumOf(y, addend);
      return isRectified ? relu(y) : y;
    });
}

/**
 * All in one, with BatchNorm in evaluation mode taken into the filter: (x * filter - mean) /
 * deviation * weight + bias = x * (filter * factor) + (bias - mean * factor), factor = weight /
 * deviation.
 */
export function foldedConvolution(model: Model): ConvolutionLayer {
  return (x, names, { stride, padding, addend, isRectified = true }) =>
    tf.tidy(() => {
      const [weight, offset] = [`${names.norm}.weight`, `${names.norm}.bias`].map((name) =>
        variableOf(model.trainable, name),
      ) as [tf.Tensor1D, tf.Tensor1D];
      const mean = variableOf(model.statistics, `${names.norm}.running_mean`);
      const variance = variableOf(model.statistics, `${names.norm}.running_var`);
      const factor = tf.mul(weight, tf.rsqrt(tf.add(variance, epsilon)));
      const filter = tf.mul(filterOf(model, names), factor) as tf.Tensor4D;
      const bias = tf.sub(offset, tf.mul(mean, factor)) as tf.Tensor1D;
      const finish = { bias, addend: addend ?? null, isRectified };
      return biasedConv2d(x, filter, stride, padding, finish);
    });
}

function filterOf(model: Model, { convolution }: ConvolutionNames): tf.Tensor4D {
  const filter = model.trainable.get(`${convolution}.weight`);
  if (filter === undefined) {
    throw new Error(`Cannot run the model: expected a filter "${convolution}"`);
  }
  return filter as tf.Tensor as tf.Tensor4D;
}
