import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { scoreBatch } from '../../src/model/forward.js';
import { createModel, type Model } from '../../src/model/model.js';
import { createScorer } from '../../src/model/scorer.js';
import { createTrainer } from '../../src/train/step.js';
import { startTestEngine, testEngines } from './start-test-engine.js';
import { tinyArchitecture, tinyBatch, tinyImages, tinyPreprocessing } from './tiny-model.js';

describe.each(testEngines)('createScorer with %s', (engine) => {
  let model: Model;

  beforeAll(async () => {
    await startTestEngine(engine);
    model = createModel(tinyArchitecture, { seed: 0, backbone: null });
    const trainer = createTrainer(model, { seed: 0, preprocessing: tinyPreprocessing });
    // So that no statistic, weight or bias is 0 or 1 any more.
    for (let step = 0; step < 5; step++) await trainer.step(tinyBatch(8, step), step, 0.05, 0.9);
    await trainer.settle();
    trainer.dispose();
  });

  it('gives the logits of the layers one by one, for every batch size', async () => {
    const count = tf.memory().numTensors;
    const scorer = createScorer(model, tinyPreprocessing);
    for (const size of [8, 8, 3, 1]) {
      const images = tinyImages(size, 20 + size);
      const layers = scoreBatch(model, images);
      const [got, expected] = [await scorer.score(tinyBatch(size, 20 + size)), layers.dataSync()];
      expect(got.length).toBe(2 * size);
      // float32 keeps 7 digits; a fold rounds each weight once more.
      for (const [at, logit] of expected.entries()) expect(got[at]).toBeCloseTo(logit, 4);
      tf.dispose([images, layers]);
    }
    scorer.dispose();
    expect(tf.memory().numTensors).toBe(count);
  });
});
