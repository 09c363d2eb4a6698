import type * as tf from '@tensorflow/tfjs-core';
import { keep } from '@tensorflow/tfjs-core';
import { batchNormInference, batchNormTraining } from '../engine/ops/batch-norm.js';
import type { Model } from './model.js';

/** torch's default: added to the variance before its root is taken. */
export const epsilon = 1e-5;

/** The BatchNorm layer of a name (`layer1.0.bn2`), on [n, h, w, c] or [n, c]. */
export type BatchNormLayer = <T extends tf.Tensor4D | tf.Tensor2D>(x: T, layer: string) => T;

/** The mean and the unbiased variance of a batch, by the names of the running ones. */
export type BatchStatistics = ReadonlyMap<string, tf.Tensor1D>;

/** BatchNorm in evaluation mode: by the running statistics. */
export function inferenceBatchNorm(model: Model): BatchNormLayer {
  return (x, layer) =>
    batchNormInference(
      x,
      variableOf(model.trainable, `${layer}.weight`),
      variableOf(model.trainable, `${layer}.bias`),
      variableOf(model.statistics, `${layer}.running_mean`),
      variableOf(model.statistics, `${layer}.running_var`),
      epsilon,
    );
}

/**
 * BatchNorm in training mode: by the batch's statistics, which are noted for the running ones.
 *
 * @param statistics Filled by each layer; kept beyond `tf.tidy`, the caller disposes of them.
 */
export function trainingBatchNorm(
  model: Model,
  statistics: Map<string, tf.Tensor1D>,
): BatchNormLayer {
  return (x, layer) => {
    const scale = variableOf(model.trainable, `${layer}.weight`);
    const offset = variableOf(model.trainable, `${layer}.bias`);
    const { y, mean, variance } = batchNormTraining(x, scale, offset, epsilon);
    statistics.set(`${layer}.running_mean`, keep(mean));
    statistics.set(`${layer}.running_var`, keep(variance));
    return y;
  };
}

/** A parameter of a channel each, by its name. */
export function variableOf(variables: ReadonlyMap<string, tf.Variable>, name: string): tf.Tensor1D {
  const found = variables.get(name);
  if (found === undefined) throw new Error(`Cannot run the model: expected a parameter "${name}"`);
  return found as tf.Tensor as tf.Tensor1D;
}
