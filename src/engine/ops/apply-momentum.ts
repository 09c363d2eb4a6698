import * as tf from '@tensorflow/tfjs-core';
import { recordUpdate } from './native-op.js';

/**
 * One update of stochastic gradient descent with momentum, in torch's form:
 * velocity = momentum * velocity + gradient; variable -= learningRate * velocity. Neither variable
 * may be used again in the same step.
 *
 * @param variable The weights.
 * @param velocity Same shape as the weights; zeros before the first update.
 * @param gradient Same shape as the weights; not disposed.
 * @param learningRate At least 0.
 * @param momentum In [0, 1).
 */
export function applyMomentum(
  variable: tf.Variable,
  velocity: tf.Variable,
  gradient: tf.Tensor,
  learningRate: tf.Scalar,
  momentum: tf.Scalar,
): void {
  const inputs = [learningRate, gradient, momentum];
  const attributes = { T: 'float32', use_locking: false, use_nesterov: false } as const;
  if (recordUpdate('ResourceApplyMomentum', attributes, [variable, velocity], inputs)) return;
  tf.tidy(() => {
    velocity.assign(tf.add(tf.mul(velocity, momentum), gradient));
    variable.assign(tf.sub(variable, tf.mul(velocity, learningRate)));
  });
}
