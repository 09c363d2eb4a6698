import * as tf from '@tensorflow/tfjs-core';
import { epsilon } from './batch-norm-layer.js';
import type { Model } from './model.js';

/** A model without the BatchNorm layers that follow a convolution. */
export interface FoldedModel {
  /** Its filters hold the factors; all else is the original's. */
  readonly model: Model;
  /** Shape [c]. What is left to add to a convolution's output, by the name of its BatchNorm layer. */
  readonly shifts: ReadonlyMap<string, tf.Variable>;
  /** Frees what the original does not own. */
  readonly dispose: () => void;
}

/**
 * Takes BatchNorm in evaluation mode into the convolution before it: (x * filter - mean) / deviation
 * * weight + bias = x * (filter * factor) + (bias - mean * factor), factor = weight / deviation.
 */
export function foldBatchNorms(model: Model): FoldedModel {
  const trainable = new Map(model.trainable);
  const shifts = new Map<string, tf.Variable>();
  const filters: tf.Variable[] = [];
  for (const [name, filter] of model.trainable) {
    if (filter.rank !== 4) continue;
    const layer = batchNormAfter(name);
    const [weight, bias] = [`${layer}.weight`, `${layer}.bias`].map((key) =>
      model.trainable.get(key),
    );
    const [mean, variance] = [`${layer}.running_mean`, `${layer}.running_var`].map((key) =>
      model.statistics.get(key),
    );
    if (!weight || !bias || !mean || !variance) {
      throw new Error(`Cannot fold "${layer}" into "${name}": expected its four parameters`);
    }
    tf.tidy(() => {
      const factor = tf.mul(weight, tf.rsqrt(tf.add(variance, epsilon)));
      const folded = tf.variable(tf.mul(filter, factor), false);
      filters.push(folded);
      trainable.set(name, folded);
      shifts.set(layer, tf.variable(tf.sub(bias, tf.mul(mean, factor)), false));
    });
  }
  return {
    model: { ...model, trainable },
    shifts,
    dispose: () => tf.dispose([...filters, ...shifts.values()]),
  };
}

/** `layer1.0.conv2.weight` -> `layer1.0.bn2`, `layer1.0.downsample.0.weight` -> `….downsample.1`. */
function batchNormAfter(filter: string): string {
  return filter
    .replace(/\.weight$/, '')
    .replace(/downsample\.0$/, 'downsample.1')
    .replace(/conv(\d)$/, 'bn$1');
}
