import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyMomentum } from '../../../src/engine/ops/apply-momentum.js';
import { backends, startEngines } from './start-engines.js';

beforeAll(startEngines);

describe.each(backends)('applyMomentum on %s', (backend) => {
  it("gives torch's figures over two updates", async () => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const variable = tf.variable(tf.tensor1d([1, -2]));
    const velocity = tf.variable(tf.tensor1d([0, 0]), false);
    const gradient = tf.tensor1d([4, 8]);
    const [half, quarter, momentum] = [0.5, 0.25, 0.75].map((value) => tf.scalar(value)) as [
      tf.Scalar,
      tf.Scalar,
      tf.Scalar,
    ];
    applyMomentum(variable, velocity, gradient, half, momentum);
    expect([...velocity.dataSync()]).toEqual([4, 8]); // the gradient itself
    expect([...variable.dataSync()]).toEqual([-1, -6]); // 1 - 0.5 * 4, -2 - 0.5 * 8
    applyMomentum(variable, velocity, gradient, quarter, momentum);
    expect([...velocity.dataSync()]).toEqual([7, 14]); // 0.75 * 4 + 4, 0.75 * 8 + 8
    expect([...variable.dataSync()]).toEqual([-2.75, -9.5]); // -1 - 0.25 * 7, -6 - 0.25 * 14
    expect([...gradient.dataSync()]).toEqual([4, 8]);
    tf.dispose([variable, velocity, gradient, half, quarter, momentum]);
    expect(tf.memory().numTensors - before).toBe(2); // the two tensors that the variables began as
  });
});
