import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NotFiniteError } from '../../src/engine/ops/compile.js';
import { createModel } from '../../src/model/model.js';
import { createLossScale, noLossScale, unscaled } from '../../src/train/loss-scale.js';
import { createTrainer } from '../../src/train/step.js';
import { startTestEngine } from '../model/start-test-engine.js';
import { tinyArchitecture, tinyBatch, tinyPreprocessing } from '../model/tiny-model.js';
import { hasNativeEngine } from '../native-engine.js';

beforeAll(() => startTestEngine());

/** Overflows above a scale. */
const overflowingAbove = (limit: number, tried: number[]) => async (scale: number) => {
  tried.push(scale);
  if (scale > limit) throw new NotFiniteError('Infinity');
  return 'done';
};

describe('createLossScale', () => {
  it('halves the scale until nothing overflows, and stays there', async () => {
    const scale = createLossScale();
    const tried: number[] = [];
    expect(await scale.run(overflowingAbove(20_000, tried))).toBe('done');
    expect(await scale.run(overflowingAbove(20_000, tried))).toBe('done');
    expect(tried).toEqual([65536, 32768, 16384, 16384]);
  });

  it('begins where a run that goes on had come to', async () => {
    const tried: number[] = [];
    const scale = createLossScale(1024);
    await scale.run(overflowingAbove(600, tried));
    expect(tried).toEqual([1024, 512]);
    expect(scale.value()).toBe(512);
  });

  it('gives up where no scale helps, and on any other error at once', async () => {
    const tried: number[] = [];
    await expect(createLossScale().run(overflowingAbove(0, tried))).rejects.toThrow(NotFiniteError);
    expect(tried).toHaveLength(25);
    const broken = createLossScale().run(async (scale) => {
      tried.push(scale);
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(tried).toHaveLength(26);
  });

  it("is 1 where the type has float32's range", async () => {
    expect(await noLossScale.run(async (scale) => scale)).toBe(1);
  });
});

describe('unscaled', () => {
  it('takes the scale off, and is not healthy if a gradient is not finite', () => {
    tf.tidy(() => {
      const gradients = new Map([['w', tf.tensor1d([8, -4])]]);
      const pass = { loss: tf.scalar(12), gradients };
      const { loss, health, gradients: plain } = unscaled(pass, tf.scalar(4));
      expect([loss.dataSync()[0], health.dataSync()[0]]).toEqual([3, 3]);
      expect([...(plain.get('w')?.dataSync() ?? [])]).toEqual([2, -1]);
      gradients.set('v', tf.tensor1d([1, Number.POSITIVE_INFINITY]));
      expect(unscaled(pass, tf.scalar(4)).health.dataSync()[0]).toBeNaN();
      expect(unscaled(pass, null).health.dataSync()[0]).toBeNaN();
      expect(unscaled(pass, null).loss.dataSync()[0]).toBe(12);
    });
  });
});

describe.skipIf(!hasNativeEngine)('training in float16', () => {
  it('has the losses of float32 as far as ten bits go', async () => {
    const losses = async (precision: 'float32' | 'float16') => {
      const model = createModel(tinyArchitecture, { seed: 1, backbone: null });
      const preprocessing = tinyPreprocessing;
      const trainer = createTrainer(model, { seed: 1, preprocessing, precision });
      const found: number[] = [];
      for (let step = 0; step < 3; step++) {
        found.push((await trainer.step(tinyBatch(16, step), step, 1e-4, 0.9)).loss);
      }
      trainer.dispose();
      model.dispose();
      return found;
    };
    const [half, single] = [await losses('float16'), await losses('float32')];
    for (const [step, loss] of single.entries()) {
      // Each of some twenty layers rounds to 2^-11 = 5e-4 of its values.
      expect(Math.abs((half[step] as number) - loss)).toBeLessThan(2e-2 * loss);
      expect(half[step]).not.toBe(loss);
    }
  });
});
