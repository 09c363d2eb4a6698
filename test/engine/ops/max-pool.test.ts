import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxPool } from '../../../src/engine/ops/max-pool.js';
import { evaluateOp, type HostTensor } from './evaluate-op.js';
import { backends, startEngines } from './start-engines.js';

beforeAll(startEngines);

const run = (x: tf.Tensor | undefined) => maxPool(x as tf.Tensor4D, 3, 2, 1) as tf.Tensor;

/** A patch of -1, -2, …, one channel: the first pixel of every window is its largest. */
function falling(sizePx: number): HostTensor {
  const values = Float32Array.from({ length: sizePx * sizePx }, (_, at) => -1 - at);
  return { shape: [1, sizePx, sizePx, 1], values };
}

describe.each(backends)('maxPool on %s', (backend) => {
  it('never lets the padding win, at an even size', async () => {
    const [y] = await evaluateOp(backend, run, [falling(4)]);
    expect(y?.shape).toEqual([1, 2, 2, 1]);
    // Windows start at rows and columns -1 and 1.
    expect([...(y?.values ?? [])]).toEqual([-1, -2, -5, -6]);
  });

  it('never lets the padding win, at an odd size', async () => {
    const [y] = await evaluateOp(backend, run, [falling(5)]);
    expect(y?.shape).toEqual([1, 3, 3, 1]);
    expect([...(y?.values ?? [])]).toEqual([-1, -2, -4, -6, -7, -9, -16, -17, -19]);
  });

  it.each([4, 5])('sends gradients to the largest pixel alone, at %s px', async (sizePx) => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const { shape, values } = falling(sizePx);
    const dx = tf.tidy(() => {
      const x = tf.tensor(values, shape);
      const windows = Math.ceil(sizePx / 2);
      return [
        ...tf
          .grad(run)(x, tf.ones([1, windows, windows, 1]))
          .dataSync(),
      ];
    });
    const winners = [0, 1, 3].filter((at) => at < sizePx - 1);
    const expected = values.map((_, at) =>
      winners.includes(at % sizePx) && winners.includes(Math.floor(at / sizePx)) ? 1 : 0,
    );
    expect(dx).toEqual([...expected]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
