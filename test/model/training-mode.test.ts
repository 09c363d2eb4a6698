import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { dropoutMasks } from '../../src/model/dropout-mask.js';
import { scoreBatch, trainingLogits, updateStatistics } from '../../src/model/forward.js';
import { createModel, type Model } from '../../src/model/model.js';
import { startTestEngine } from './start-test-engine.js';
import { tinyArchitecture, tinyImages } from './tiny-model.js';

let model: Model;

beforeAll(async () => {
  await startTestEngine();
  model = createModel(tinyArchitecture, { seed: 0, backbone: null });
});

function masksOf(size: number, keys: readonly number[]): readonly tf.Tensor2D[] {
  return dropoutMasks(tinyArchitecture, size, keys);
}

function logitsOf(keys: readonly number[]): number[] {
  return tf.tidy(() => {
    const logits = trainingLogits(model, tinyImages(6), masksOf(6, keys), new Map());
    return [...logits.dataSync()];
  });
}

describe('trainingLogits', () => {
  it('drops by the keys alone: the same again for the same seed and step, others otherwise', () => {
    expect(logitsOf([0, 5])).toEqual(logitsOf([0, 5]));
    expect(logitsOf([0, 5])).not.toEqual(logitsOf([0, 6]));
    expect(logitsOf([0, 5])).not.toEqual(logitsOf([1, 5]));
  });

  it("notes every BatchNorm's statistics and changes nothing", () => {
    const statistics = new Map<string, tf.Tensor1D>();
    const before = tf.tidy(() => scoreBatch(model, tinyImages(2)).arraySync());
    tf.tidy(() => void trainingLogits(model, tinyImages(6), masksOf(6, [0, 0]), statistics));
    expect([...statistics.keys()].sort()).toEqual([...model.statistics.keys()].sort());
    expect(tf.tidy(() => scoreBatch(model, tinyImages(2)).arraySync())).toEqual(before);
    tf.dispose([...statistics.values()]);
  });

  it('refuses a single patch where a layer has one value a channel', () => {
    const before = tf.memory().numTensors;
    const single = () =>
      tf.tidy(() => void trainingLogits(model, tinyImages(1), masksOf(1, [0, 0]), new Map()));
    expect(single).toThrow('use a larger batch');
    expect(tf.memory().numTensors).toBeGreaterThanOrEqual(before);
  });
});

describe('updateStatistics', () => {
  it('moves a tenth of the way, each statistic by its own', () => {
    const names = ['bn1.running_mean', 'head.bn2.running_var'];
    const [mean, variance] = names.map((name) => model.statistics.get(name)) as [
      tf.Variable,
      tf.Variable,
    ];
    const batch = new Map([
      [names[0] as string, tf.tensor1d([1, 2, 3, -4])],
      [names[1] as string, tf.fill([8], 3) as tf.Tensor1D],
    ]);
    const count = tf.memory().numTensors;
    updateStatistics(model, batch);
    expect(tf.memory().numTensors).toBe(count);
    for (const [at, expected] of [0.1, 0.2, 0.3, -0.4].entries()) {
      expect(mean.dataSync()[at]).toBeCloseTo(expected, 6); // from 0
    }
    for (const value of variance.dataSync()) expect(value).toBeCloseTo(1.2, 6); // from 1 towards 3
    updateStatistics(model, batch);
    expect(variance.dataSync()[0]).toBeCloseTo(1.38, 6);
    tf.dispose([...batch.values()]);
  });
});
