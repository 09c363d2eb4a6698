import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NotFiniteError } from '../../src/engine/ops/compile.js';
import { createModel, modelFromState, stateOf } from '../../src/model/model.js';
import { createTrainer } from '../../src/train/step.js';
import { startTestEngine, testEngines } from '../model/start-test-engine.js';
import { tinyArchitecture, tinyBatch, tinyPreprocessing } from '../model/tiny-model.js';

function newModel() {
  return createModel(tinyArchitecture, { seed: 0, backbone: null });
}

describe.each(testEngines)('createTrainer with %s', (engine) => {
  beforeAll(() => startTestEngine(engine));

  it('learns, keeps the number of tensors, and frees them all', async () => {
    const before = tf.memory().numTensors;
    const model = newModel();
    const trainer = createTrainer(model, { seed: 0, preprocessing: tinyPreprocessing });
    const losses: number[] = [];
    const counts = new Set<number>();
    for (let step = 0; step < 24; step++) {
      const size = step % 4 === 3 ? 6 : 16; // the last batch of an epoch is partial
      losses.push((await trainer.step(tinyBatch(size), step, 0.005, 0.9)).loss);
      counts.add(tf.memory().numTensors);
    }
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(losses.slice(-4))).toBeLessThan(mean(losses.slice(0, 4)));
    expect(counts.size).toBe(1);
    trainer.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('goes on from a saved state and its velocities as if it had not been stopped', async () => {
    const whole = newModel();
    const trainer = createTrainer(whole, { seed: 1, preprocessing: tinyPreprocessing });
    await trainer.step(tinyBatch(4, 0), 0, 0.1, 0.9);
    await trainer.settle();
    const state = await stateOf(whole);
    const velocities = await trainer.velocities();
    await trainer.step(tinyBatch(4, 1), 1, 0.1, 0.8);

    const resumed = modelFromState(tinyArchitecture, state);
    const later = createTrainer(resumed, { seed: 1, preprocessing: tinyPreprocessing });
    later.restore(velocities);
    await later.step(tinyBatch(4, 1), 1, 0.1, 0.8);
    await Promise.all([trainer.settle(), later.settle()]);
    expect(await stateOf(resumed)).toEqual(await stateOf(whole));
    expect(await later.velocities()).toEqual(await trainer.velocities());
    for (const one of [trainer, later, whole, resumed]) one.dispose();
  });

  it('stops at a loss that is not finite, with the weights as they were', async () => {
    const model = newModel();
    const trainer = createTrainer(model, { seed: 0, preprocessing: tinyPreprocessing });
    await trainer.step(tinyBatch(4), 0, 0.1, 0.9);
    await trainer.settle();
    const diverged = tf.tensor1d([Number.POSITIVE_INFINITY, 0]);
    model.trainable.get('head.fc2.bias')?.assign(diverged);
    diverged.dispose();
    const state = await stateOf(model);
    const velocities = await trainer.velocities();
    const count = tf.memory().numTensors;
    const step = trainer.step(tinyBatch(4), 17, 0.025, 0.9);
    await expect(step).rejects.toEqual(new NotFiniteError('NaN'));
    await trainer.settle();
    expect(await stateOf(model)).toEqual(state);
    expect(await trainer.velocities()).toEqual(velocities);
    expect(tf.memory().numTensors).toBe(count);
    trainer.dispose();
    model.dispose();
  });

  it('stops at gradients that are not finite though the loss is', async () => {
    const model = newModel();
    const trainer = createTrainer(model, { seed: 0, preprocessing: tinyPreprocessing });
    const matrix = model.trainable.get('head.fc2.weight') as tf.Variable;
    const huge = tf.mul(tf.sign(matrix), 3e36); // times 1 / 64 and the next layers' factors: too much
    matrix.assign(huge);
    huge.dispose();
    const state = await stateOf(model);
    const peaks = await trainer.peaks(tinyBatch(4), 0);
    expect(peaks.at(-1)?.layer).toBe('logits');
    expect(peaks.every(({ peak }) => peak !== null)).toBe(true); // so is the loss
    await expect(trainer.step(tinyBatch(4), 0, 1e-30, 0)).rejects.toThrow(NotFiniteError);
    await trainer.settle();
    expect(await stateOf(model)).toEqual(state);
    trainer.dispose();
    model.dispose();
  });

  it('tells how far activations go, and where they leave the finite', async () => {
    const model = newModel();
    const trainer = createTrainer(model, { seed: 0, preprocessing: tinyPreprocessing });
    const before = await trainer.peaks(tinyBatch(4), 0);
    expect(before.map(({ layer }) => layer)).toContain('layer1.0.conv3');
    expect(before.every(({ peak }) => peak !== null && peak > 0)).toBe(true);
    const offset = model.trainable.get('layer1.0.bn2.bias') as tf.Variable;
    const planted = tf.fill(offset.shape, 5000); // no activation comes near by itself
    offset.assign(planted);
    const after = await trainer.peaks(tinyBatch(4), 0);
    const peakOf = (layer: string) => after.find((peak) => peak.layer === layer)?.peak ?? 0;
    expect(peakOf('layer1.0.conv1')).toBe(before.find((p) => p.layer === 'layer1.0.conv1')?.peak);
    expect(peakOf('layer1.0.conv2')).toBeGreaterThan(4990);
    expect(peakOf('layer1.0.conv2')).toBeLessThan(5010);
    const infinite = tf.fill(offset.shape, Number.POSITIVE_INFINITY);
    offset.assign(infinite);
    const count = tf.memory().numTensors;
    const broken = await trainer.peaks(tinyBatch(4), 0);
    expect(broken.find(({ peak }) => peak === null)?.layer).toBe('layer1.0.conv2');
    expect(tf.memory().numTensors).toBe(count);
    for (const one of [trainer, model, planted, infinite]) one.dispose();
  });

  it('refuses a label of no class, or too few pixels, and keeps nothing', async () => {
    const model = newModel();
    const trainer = createTrainer(model, { seed: 0, preprocessing: tinyPreprocessing });
    const count = tf.memory().numTensors;
    const batch = { ...tinyBatch(4), labels: [0, 1, 2, 0] };
    await expect(trainer.step(batch, 0, 0.1, 0.9)).rejects.toThrow('got 2 in row 2');
    const short = { ...tinyBatch(4), size: 5 };
    await expect(trainer.step(short, 0, 0.1, 0.9)).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(count);
    trainer.dispose();
    model.dispose();
  });
});
