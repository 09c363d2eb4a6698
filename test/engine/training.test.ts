import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cropSteps } from '../../src/data/augment.js';
import { createModel } from '../../src/model/model.js';
import { imageNet } from '../../src/model/preprocess.js';
import { randomStream } from '../../src/rng.js';
import { createTrainer } from '../../src/train/step.js';
import { hasNativeEngine } from '../native-engine.js';
import { startEngines } from './ops/start-engines.js';

const architecture = {
  width: 8,
  block: 'bottleneck',
  blocks: [1, 1, 1, 1],
  stride: 'v1.5',
  hiddenUnits: 16,
  classes: 2,
  dropout: 0.5,
} as const;

const sizePx = 33;
const patch = { widthPx: sizePx, heightPx: sizePx };

/** The losses of some steps on two batches in turn, and the tensors that a step left behind. */
async function train(
  backend: string,
  steps: number,
  learningRate: number,
): Promise<{ losses: number[]; left: number }> {
  await tf.setBackend(backend);
  const model = createModel(architecture, { seed: 1, backbone: null });
  const trainer = createTrainer(model, {
    seed: 1,
    preprocessing: { cropPx: sizePx, channels: 'rgb', ...imageNet },
  });
  const random = randomStream(7);
  const batches = [6, 5].map((size) => ({
    pixels: Uint8Array.from({ length: size * sizePx ** 2 * 3 }, () => 256 * random.nextUniform()),
    steps: Int32Array.from(cropSteps(null, patch, sizePx)),
    labels: Array.from({ length: size }, (_, at) => at % 2),
    size,
    ...patch,
  }));
  const before = tf.memory().numTensors;
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const batch = batches[step % 2] as (typeof batches)[number];
    losses.push((await trainer.step(batch, step, learningRate, 0.9)).loss);
  }
  const left = tf.memory().numTensors - before;
  trainer.dispose();
  model.dispose();
  return { losses, left };
}

describe('training', () => {
  beforeAll(startEngines);

  it.skipIf(!hasNativeEngine)('has the same losses on both engines', async () => {
    const native = await train('tensorflow', 3, 1e-4);
    const wasm = await train('wasm', 3, 1e-4);
    // Sums of float32 in another order move the gradients by 2e-5 (as much as weights changed by
    // 1e-6 do). At a rate of 0.01 updates would soon magnify that: BatchNorm over few values.
    for (const [step, loss] of native.losses.entries()) {
      expect(Math.abs(loss - (wasm.losses[step] as number))).toBeLessThan(1e-4 * loss);
    }
    expect(native.left).toBe(0);
  });

  it('lowers the loss on wasm, and leaves no tensors behind', async () => {
    const { losses, left } = await train('wasm', 16, 0.01);
    expect(losses.every(Number.isFinite)).toBe(true);
    const mean = (some: number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length;
    expect(mean(losses.slice(-4))).toBeLessThan(mean(losses.slice(0, 4)));
    expect(left).toBe(0);
  });
});
