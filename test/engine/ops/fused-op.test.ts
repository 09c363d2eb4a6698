import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FusedOp, runFusedOp } from '../../../src/engine/ops/fused-op.js';
import { backends, startEngines } from './start-engines.js';

beforeAll(startEngines);

describe.each(backends)('runFusedOp on %s', (backend) => {
  it('asks only for the gradients that are wanted', async () => {
    await tf.setBackend(backend);
    const asked: string[] = [];
    const product: FusedOp = {
      name: `HistoTestProduct-${backend}`,
      inputsToSave: ['a', 'b'],
      outputsToSave: [false],
      forward: ({ a, b }, { factor = 0 }) => [
        tf.mul(tf.mul(a as tf.Tensor, b as tf.Tensor), factor),
      ],
      gradients: ([dy], saved, { factor = 0 }) => {
        const [a, b] = saved as [tf.Tensor, tf.Tensor];
        const times = (name: string, other: tf.Tensor) => () => {
          asked.push(name);
          return tf.mul(tf.mul(dy as tf.Tensor, other), factor);
        };
        return { a: times('a', b), b: times('b', a) };
      },
    };
    const before = tf.memory().numTensors;
    const [y, gradient] = tf.tidy(() => {
      const a = tf.tensor1d([2, 3]);
      const run = (b: tf.Tensor) => runFusedOp(product, { a, b }, { factor: 10 })[0] as tf.Tensor;
      const b = tf.tensor1d([5, 7]);
      return [run(b), tf.grad(run)(b)].map((tensor) => [...tensor.dataSync()]);
    });
    expect(y).toEqual([100, 210]);
    expect(gradient).toEqual([20, 30]);
    expect(asked).toEqual(['b']);
    expect(tf.memory().numTensors).toBe(before);
  });
});
