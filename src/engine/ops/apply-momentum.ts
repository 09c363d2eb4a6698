import * as tf from '@tensorflow/tfjs-core';

/**
 * One update of stochastic gradient descent with momentum, in torch's form and in place:
 * velocity = momentum * velocity + gradient; variable -= learningRate * velocity.
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
  tf.tidy(() => {
    velocity.assign(tf.add(tf.mul(velocity, momentum), gradient));
    variable.assign(tf.sub(variable, tf.mul(velocity, learningRate)));
  });
}
