import * as tf from '@tensorflow/tfjs-core';
import { randomStream } from '../../../src/rng.js';

/** Values on the host, so that they can go from one back-end to another. */
export interface HostTensor {
  readonly shape: number[];
  readonly values: Float32Array;
}

/** Values between -1 and 1 that depend on the key alone. */
export function randomTensor(key: number, shape: number[]): HostTensor {
  const random = randomStream(key);
  const count = shape.reduce((product, size) => product * size, 1);
  return {
    shape,
    values: Float32Array.from({ length: count }, () => 2 * random.nextUniform() - 1),
  };
}

/**
 * Runs an op on a back-end and gives its output, then the gradient with respect to each input of the
 * output's sum weighted by random numbers.
 */
export async function evaluateOp(
  backend: string,
  op: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly HostTensor[],
): Promise<HostTensor[]> {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const tensors = inputs.map(({ values, shape }) => tf.tensor(values, shape));
    const y = op(...tensors);
    const { values } = randomTensor(99, y.shape);
    const gradients = tf.grads(op)(tensors, tf.tensor(values, y.shape));
    return [y, ...gradients].map((tensor) => ({
      shape: tensor.shape,
      values: tensor.dataSync<'float32'>(),
    }));
  });
}

/** The largest difference between two tensors, relative to the largest value of the second. */
export function relativeDifference(actual: HostTensor, expected: HostTensor): number {
  if (actual.shape.join() !== expected.shape.join()) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = Number.MIN_VALUE;
  for (const [at, value] of expected.values.entries()) {
    difference = Math.max(difference, Math.abs((actual.values[at] as number) - value));
    largest = Math.max(largest, Math.abs(value));
  }
  return difference / largest;
}
