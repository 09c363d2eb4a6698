import * as tf from '@tensorflow/tfjs-core';
import { type FusedOp, runFusedOp } from './fused-op.js';
import { nativeBatchNorm } from './native-batch-norm.js';
import { isNative } from './native-op.js';

/** What a training batch gives: its normalised values and its own statistics. */
export interface NormalizedBatch<T extends tf.Tensor> {
  /** Same shape as the input. */
  readonly y: T;
  /** Shape [c]. The batch's mean. */
  readonly mean: tf.Tensor1D;
  /**
   * Shape [c]. The batch's unbiased variance, as torch's running variance takes it in;
   * the normalisation itself divides by the biased one.
   */
  readonly variance: tf.Tensor1D;
}

/**
 * Normalises a channel by the statistics of the batch, then scales and shifts it, as torch's
 * BatchNorm in training mode. Differentiable in `x`, `scale` and `offset`, not in the statistics.
 *
 * @param x Shape [n, h, w, c] or [n, c], float32.
 * @param scale Shape [c] (torch's weight).
 * @param offset Shape [c] (torch's bias).
 * @param epsilon Added to the variance, above 0.
 * @returns `y` of x's shape; `mean` and `variance` of shape [c].
 * @throws {RangeError} If a channel has fewer than two values: one value has no variance.
 */
export function batchNormTraining<T extends tf.Tensor4D | tf.Tensor2D>(
  x: T,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): NormalizedBatch<T> {
  const values = x.size / scale.size;
  if (values < 2) {
    throw new RangeError(
      `Cannot normalise a training batch of shape [${x.shape.join(', ')}]: expected at least 2 values a channel, got ${values}; use a larger batch`,
    );
  }
  const op = isNative() ? nativeBatchNorm : composedBatchNorm;
  const [y, mean, variance] = runFusedOp(op, { x, scale, offset }, { epsilon });
  return { y: y as T, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/**
 * Normalises by given statistics, as torch's BatchNorm in evaluation mode.
 *
 * @param x Shape [n, h, w, c] or [n, c], float32.
 * @param scale Shape [c] (torch's weight).
 * @param offset Shape [c] (torch's bias).
 * @param mean Shape [c] (torch's running_mean).
 * @param variance Shape [c] (torch's running_var).
 * @param epsilon Added to the variance, above 0.
 * @returns Same shape as `x`.
 */
export function batchNormInference<T extends tf.Tensor4D | tf.Tensor2D>(
  x: T,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  epsilon: number,
): T {
  return tf.tidy(() => {
    const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(x, factor), tf.sub(offset, tf.mul(mean, factor))) as T;
  });
}

/** For back-ends that have no such op. Keeps only x, scale, mean and 1 / deviation. */
const composedBatchNorm: FusedOp = {
  name: 'HistoComposedBatchNorm',
  inputsToSave: ['x', 'scale'],
  outputsToSave: [false, true, false, true],
  forward: (inputs, { epsilon = 0 }) => {
    const { x, scale, offset } = inputs as { x: tf.Tensor; scale: tf.Tensor; offset: tf.Tensor };
    const values = x.size / scale.size;
    const axes = channelAxes(x);
    const mean = tf.mean(x, axes);
    const centred = tf.sub(x, mean);
    const variance = tf.mean(tf.square(centred), axes);
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
    const y = tf.add(tf.mul(centred, tf.mul(inverseDeviation, scale)), offset);
    return [y, mean, tf.mul(variance, values / (values - 1)), inverseDeviation];
  },
  gradients: ([dy], saved) => {
    const [x, scale, mean, inverseDeviation] = saved as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const [xGradient, scaleGradient, offsetGradient] = tf.tidy(
      (): [tf.Tensor, tf.Tensor, tf.Tensor] => {
        const upstream = dy as tf.Tensor;
        const values = x.size / scale.size;
        const axes = channelAxes(x);
        const normalized = tf.mul(tf.sub(x, mean), inverseDeviation);
        const dScale = tf.sum(tf.mul(upstream, normalized), axes);
        const dOffset = tf.sum(upstream, axes);
        const shared = tf.div(tf.add(tf.mul(normalized, dScale), dOffset), values);
        const dX = tf.mul(tf.sub(upstream, shared), tf.mul(scale, inverseDeviation));
        return [dX, dScale, dOffset];
      },
    );
    return { x: () => xGradient, scale: () => scaleGradient, offset: () => offsetGradient };
  },
};

/** All axes but the last. */
function channelAxes(x: tf.Tensor): number[] {
  return x.shape.slice(0, -1).map((_, axis) => axis);
}
