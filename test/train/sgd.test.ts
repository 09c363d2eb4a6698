import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { createModel, type Model } from '../../src/model/model.js';
import { createSgd } from '../../src/train/sgd.js';
import { startTestEngine } from '../model/start-test-engine.js';
import { tinyArchitecture } from '../model/tiny-model.js';

beforeAll(() => startTestEngine());

const bias = 'head.fc2.bias';

/** Gradients of zeros, but for the last bias. */
function gradientsOf(model: Model, value: number): Map<string, tf.Tensor> {
  return new Map(
    [...model.trainable].map(([name, { shape }]) => [
      name,
      tf.fill(shape, name === bias ? value : 0),
    ]),
  );
}

function newModel(): Model {
  const model = createModel(tinyArchitecture, { seed: 0, backbone: null });
  model.trainable.get(bias)?.assign(tf.tensor1d([1, 1]));
  return model;
}

function biasOf(model: Model): number {
  return model.trainable.get(bias)?.dataSync()[0] as number;
}

describe('createSgd', () => {
  it('does three steps of hand with a momentum that changes', async () => {
    const model = newModel();
    const sgd = createSgd(model);
    // velocity: 2; 0.5 * 2 + 4 = 5; 0.9 * 5 - 1 = 3.5
    // weight: 1 - 0.1 * 2 = 0.8; 0.8 - 0.2 * 5 = -0.2; -0.2 - 0.01 * 3.5 = -0.235
    sgd.update(gradientsOf(model, 2), tf.scalar(0.1), tf.scalar(0.95));
    expect(biasOf(model)).toBeCloseTo(0.8, 6);
    sgd.update(gradientsOf(model, 4), tf.scalar(0.2), tf.scalar(0.5));
    expect(biasOf(model)).toBeCloseTo(-0.2, 6);
    sgd.update(gradientsOf(model, -1), tf.scalar(0.01), tf.scalar(0.9));
    expect(biasOf(model)).toBeCloseTo(-0.235, 6);
    expect((await sgd.velocities()).get(bias)?.data[0]).toBeCloseTo(3.5, 6);
    sgd.dispose();
    model.dispose();
  });

  it('goes on from restored velocities as if it had not been stopped', async () => {
    const [model, other] = [newModel(), newModel()];
    const [sgd, resumed] = [createSgd(model), createSgd(other)];
    for (const [one, optimizer] of [
      [model, sgd],
      [other, resumed],
    ] as const) {
      optimizer.update(gradientsOf(one, 2), tf.scalar(0.1), tf.scalar(0.95));
    }
    const velocities = await sgd.velocities();
    resumed.dispose();
    const later = createSgd(other);
    later.restore(velocities);
    expect(await later.velocities()).toEqual(velocities);
    sgd.update(gradientsOf(model, 3), tf.scalar(0.1), tf.scalar(0.9));
    later.update(gradientsOf(other, 3), tf.scalar(0.1), tf.scalar(0.9));
    expect(biasOf(other)).toBe(biasOf(model));
    for (const one of [sgd, later, model, other]) one.dispose();
  });

  it('refuses the velocities of another model and keeps its own', async () => {
    const model = newModel();
    const sgd = createSgd(model);
    const velocities = await sgd.velocities();
    const short = new Map([...velocities].slice(1));
    expect(() => sgd.restore(short)).toThrow(UserError);
    expect(() => sgd.restore(short)).toThrow('1 missing: conv1.weight');
    expect(await sgd.velocities()).toEqual(velocities);
    sgd.dispose();
    model.dispose();
  });

  it('refuses a step without a gradient', () => {
    const model = newModel();
    const sgd = createSgd(model);
    expect(() => sgd.update(new Map(), tf.scalar(0.1), tf.scalar(0.9))).toThrow(
      'Cannot update "conv1.weight"',
    );
    sgd.dispose();
    model.dispose();
  });
});
