import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { scoreBatch } from '../../src/model/forward.js';
import { type Model, modelFromState, stateOf } from '../../src/model/model.js';
import { createTrainer } from '../../src/train/step.js';
import { goldenArchitecture, goldenImages, goldenState } from '../model/golden-nets.js';
import { startTestEngine, testEngines } from '../model/start-test-engine.js';
import { hasShared } from '../shared-data.js';
import {
  type GoldenRun,
  goldenBatches,
  goldenOptions,
  goldenRun,
  largestDeviation,
  largestDifference,
  lossesOf,
  stateFigures,
  torchReference,
} from './golden-training.js';

describe.skipIf(!hasShared).each(testEngines)('training with %s', (engine) => {
  beforeAll(() => startTestEngine(engine));

  // PyTorch's own float32 leaves its float64 by up to 5e-5 in these losses.
  it.each(['tiny_v1', 'tiny_v1_5'] as const)('is that of torch for %s', async (net) => {
    const { max_lr: maxLr, nets } = torchReference();
    const torch = nets[net];
    if (torch === undefined) throw new Error(`No figures of "${net}"`);
    const batches = await goldenBatches(goldenRun('tiny_v1_5'));
    const model = modelFromState(goldenArchitecture(net), await goldenState(net));
    const trainer = createTrainer(model, goldenOptions);
    const losses = await lossesOf(trainer, batches, maxLr);
    expect(largestDifference(losses, torch.losses)).toBeLessThan(2e-4);
    // The weights hardly move at this rate, the running statistics go the whole way.
    const velocities = await trainer.velocities();
    expect(largestDeviation(await stateOf(model), torch.state_after).deviation).toBeLessThan(1e-4);
    expect(largestDeviation(velocities, torch.velocities_after).deviation).toBeLessThan(5e-2);
    trainer.dispose();
    model.dispose();
  });

  it.each(['tiny_v1', 'tiny_v1_5'] as const)('has the gradients of torch for %s', async (net) => {
    const torch = torchReference().nets[net];
    if (torch === undefined) throw new Error(`No figures of "${net}"`);
    const batches = await goldenBatches(goldenRun('tiny_v1_5'));
    const model = modelFromState(goldenArchitecture(net), await goldenState(net));
    const trainer = createTrainer(model, goldenOptions);
    await lossesOf(trainer, batches.slice(0, 1), 1e-6);
    // The first velocity is the gradient. Where no rectifier is switched by rounding it is met to
    // 2e-5. One that is moves it by some thousandths: PyTorch's own float32 leaves its float64 by
    // 0.011, and weights disturbed by 3e-7 leave its velocities after twelve steps by 0.03.
    const gradients = await trainer.velocities();
    expect(largestDeviation(gradients, torch.first_gradients).deviation).toBeLessThan(2e-2);
    trainer.dispose();
    model.dispose();
  });

  it('follows the reference run of a tiny net as far as float32 can', async () => {
    const run = goldenRun('tiny_v1_5');
    const batches = await goldenBatches(run);
    const model = modelFromState(goldenArchitecture('tiny_v1_5'), await goldenState('tiny_v1_5'));
    const trainer = createTrainer(model, goldenOptions);
    const losses = await lossesOf(trainer, batches, run.max_lr);
    const difference = (from: number, to: number) =>
      largestDifference(losses.slice(from, to), run.step_losses.slice(from, to));
    expect(difference(0, 2)).toBeLessThan(1e-3);
    // From the third step on this run is chaotic: the second update is past the stable step length,
    // and a rounding error of 1e-7 grows a hundredfold a step. PyTorch 2.13 leaves these losses too:
    // by 0.006 at the third step and by 0.1 to 0.25 later, in float32 (in three memory layouts) as
    // in float64 (see torch-reference.py). So only the level is asked for.
    expect(difference(2, 3)).toBeLessThan(0.02);
    const lastEpoch = (values: readonly number[]) =>
      values.slice(-3).reduce((sum, value) => sum + value, 0) / 3;
    expect(Math.abs(lastEpoch(losses) - lastEpoch(run.step_losses))).toBeLessThan(0.15);
    trainer.dispose();
    model.dispose();
  });
});

describe.skipIf(!hasShared)('training of ResNet-50', () => {
  beforeAll(() => startTestEngine());

  it('gives the losses and the state of torch', async () => {
    const run = goldenRun('resnet50_v1');
    const model = modelFromState(
      goldenArchitecture('resnet50_v1'),
      await goldenState('resnet50_v1'),
    );
    const trainer = createTrainer(model, goldenOptions);
    const losses = await lossesOf(trainer, await goldenBatches(run), run.max_lr);
    expect(largestDifference(losses, run.step_losses)).toBeLessThan(5e-3);
    // Six steps of at most 1e-3: weights differ by what rounding does to six gradients, statistics
    // by that of the activations they average.
    await trainer.settle();
    const state = await stateOf(model);
    expect(largestDeviation(state, stateFigures(run, 'weights')).deviation).toBeLessThan(1e-3);
    expect(largestDeviation(state, stateFigures(run, 'statistics')).deviation).toBeLessThan(1e-3);
    await expectEvaluation(model, run);
    trainer.dispose();
    model.dispose();
  });
});

/** What the trained model says of its own patches, by its running statistics. */
async function expectEvaluation(model: Model, run: GoldenRun): Promise<void> {
  const { ids, size_px: size } = run;
  const images = tf.tensor4d(await goldenImages(ids, size), [ids.length, size, size, 3]);
  const scores = scoreBatch(model, images);
  const logits = [...(await scores.data())];
  expect(largestDifference(logits, run.eval_logits_after.flat())).toBeLessThan(1e-2);
  tf.dispose([images, scores]);
}
