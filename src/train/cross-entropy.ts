import * as tf from '@tensorflow/tfjs-core';
import { type FusedOp, runFusedOp } from '../engine/ops/fused-op.js';

/**
 * The labels of a batch as rows with a single 1, made on the host.
 *
 * @param labels Shape [n]. Class indices.
 * @returns Shape [n, classes], float32. The caller disposes of it.
 * @throws {RangeError} If a label is not an integer in [0, classes).
 */
export function oneHotLabels(labels: ArrayLike<number>, classes: number): tf.Tensor2D {
  const rows = new Float32Array(labels.length * classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new RangeError(
        `Cannot compute the cross-entropy: expected labels from 0 to ${classes - 1}, got ${label} in row ${row}`,
      );
    }
    rows[row * classes + label] = 1;
  }
  return tf.tensor2d(rows, [labels.length, classes]);
}

/**
 * Softmax cross-entropy, the mean over the batch. The largest logit of each row is taken off before
 * the exponential, so that large logits do not overflow. Differentiable in the logits.
 *
 * @param logits Shape [n, classes].
 * @param oneHot Shape [n, classes], as {@link oneHotLabels} makes it.
 * @returns A scalar >= 0.
 */
export function crossEntropy(logits: tf.Tensor2D, oneHot: tf.Tensor2D): tf.Scalar {
  const [loss] = runFusedOp(crossEntropyOp, { logits, oneHot });
  return loss as tf.Scalar;
}

const crossEntropyOp: FusedOp = {
  name: 'HistoCrossEntropy',
  inputsToSave: ['oneHot'],
  outputsToSave: [false, true],
  forward: (inputs) => {
    const { logits, oneHot } = inputs as Record<'logits' | 'oneHot', tf.Tensor2D>;
    const logProbabilities = tf.logSoftmax(logits);
    const total = tf.sum(tf.mul(logProbabilities, oneHot));
    return [tf.div(total, -logits.shape[0]), logProbabilities];
  },
  gradients: ([dy], saved) => {
    const [oneHot, logProbabilities] = saved as [tf.Tensor2D, tf.Tensor2D];
    return {
      logits: () => {
        const excess = tf.sub(tf.exp(logProbabilities), oneHot);
        return tf.mul(excess, tf.div(dy as tf.Tensor, oneHot.shape[0]));
      },
    };
  },
};
