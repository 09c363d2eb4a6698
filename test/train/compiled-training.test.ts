import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { cropSteps } from '../../src/data/augment.js';
import type { NodeJSKernelBackend } from '../../src/engine/native/tfjs-node-backend.js';
import type { CompiledStep, Step } from '../../src/engine/ops/compile.js';
import { architectureOf } from '../../src/model/architecture.js';
import { createModel, stateOf } from '../../src/model/model.js';
import { imageNet } from '../../src/model/preprocess.js';
import { randomStream } from '../../src/rng.js';
import { createTrainer, type TrainingBatch } from '../../src/train/step.js';
import { startTestEngine, testEngines } from '../model/start-test-engine.js';
import { tinyArchitecture, tinyBatch, tinyPreprocessing } from '../model/tiny-model.js';
import { hasNativeEngine } from '../native-engine.js';

const way = vi.hoisted(() => ({ isOpByOp: false }));

// Op by op the step runs as it is written, every assignment at once.
vi.mock('../../src/engine/ops/compile.js', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/engine/ops/compile.js')>();
  type Compile = typeof original.compile;
  const compile: Compile = (variables, step, options) =>
    way.isOpByOp ? opByOp(step) : original.compile(variables, step, options);
  return { ...original, compile };
});

function opByOp<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap>(
  step: Step<I, R>,
): CompiledStep<I, R> {
  return {
    run: async (inputs) => tf.tidy(() => step(inputs)),
    settle: async () => {},
    trace: async () => [],
    dispose: () => {},
  };
}

function trainerFor(
  architecture: typeof tinyArchitecture,
  options: { seed: number; way?: string },
) {
  way.isOpByOp = options.way === 'op by op';
  const model = createModel(architecture, { seed: 1, backbone: null });
  const preprocessing = { cropPx: 33, channels: 'rgb', ...imageNet } as const;
  const { seed } = options;
  const fitting = architecture === tinyArchitecture ? tinyPreprocessing : preprocessing;
  return { model, trainer: createTrainer(model, { seed, preprocessing: fitting }) };
}

const narrow = architectureOf('resnet14-narrow', { stride: 'v1', hiddenUnits: 32, dropout: 0.5 });

/** Batches of noise in two sizes by turns, as those that end an epoch have. */
function noise(): TrainingBatch[] {
  const random = randomStream(7);
  const sizePx = 33;
  const patch = { widthPx: sizePx, heightPx: sizePx };
  return [6, 5, 6, 5, 6].map((size) => ({
    pixels: Uint8Array.from({ length: size * sizePx ** 2 * 3 }, () => 256 * random.nextUniform()),
    steps: Int32Array.from(cropSteps(null, patch, sizePx)),
    labels: Array.from({ length: size }, (_, at) => at % 2),
    size,
    ...patch,
  }));
}

async function train(how: string) {
  const { model, trainer } = trainerFor(narrow, { seed: 3, way: how });
  const losses: number[] = [];
  for (const [step, batch] of noise().entries()) {
    losses.push((await trainer.step(batch, step, 1e-6, 0.9)).loss);
  }
  const velocities = await trainer.velocities();
  const state = await stateOf(model);
  trainer.dispose();
  model.dispose();
  return { losses, velocities, state };
}

/** The largest difference of an array from another, by the other's largest value. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [largest, scale] = [0, Number.MIN_VALUE];
  for (let at = 0; at < expected.length; at++) {
    const value = expected[at] as number;
    largest = Math.max(largest, Math.abs((actual[at] as number) - value));
    scale = Math.max(scale, Math.abs(value));
  }
  return largest / scale;
}

describe.skipIf(!hasNativeEngine)('training as one graph', () => {
  beforeAll(() => startTestEngine('native'));

  it('goes step by step as it does op by op, through batches of two sizes', async () => {
    const [whole, plain] = [await train('graph'), await train('op by op')];
    expect(whole.losses).toHaveLength(5);
    for (const [step, loss] of plain.losses.entries()) {
      // The same ops, rewritten and fused by Grappler: sums of float32 in another order. Such
      // differences are not magnified here, as the weights hardly move at this rate.
      expect(Math.abs((whole.losses[step] as number) - loss)).toBeLessThan(1e-5 * loss);
    }
    // Sums of five gradients of both sizes, by momentum: lost at a change of graph, they would differ
    // by a third and more; a rectifier that is switched by rounding moves them by some thousandths.
    for (const [name, { data }] of plain.velocities) {
      expect(difference(whole.velocities.get(name)?.data ?? [], data)).toBeLessThan(2e-2);
    }
    for (const [name, { data }] of plain.state) {
      expect(difference(whole.state.get(name)?.data ?? [], data)).toBeLessThan(1e-4);
    }
  });
});

describe.each(testEngines)('dropout in training with %s', (engine) => {
  beforeAll(() => startTestEngine(engine));

  /** Losses of the same batch and weights, so that only the masks make them differ. */
  async function losses(seed: number, steps: readonly number[]): Promise<number[]> {
    const { model, trainer } = trainerFor(tinyArchitecture, { seed });
    const found: number[] = [];
    for (const step of steps) found.push((await trainer.step(tinyBatch(8), step, 0, 0)).loss);
    trainer.dispose();
    model.dispose();
    return found;
  }

  it('drops by the step and the seed, not by what was recorded first', async () => {
    const found = await losses(5, [0, 1, 2, 3, 1, 0]);
    expect(new Set(found).size).toBe(4);
    expect(found.slice(4)).toEqual([found[1], found[0]]);
    expect(await losses(5, [3, 0])).toEqual([found[3], found[0]]);
    expect(await losses(6, [0, 1, 2, 3])).not.toContain(found[0]);
  });

  it('keeps the number of tensors through many steps and settlements', async () => {
    const { model, trainer } = trainerFor(tinyArchitecture, { seed: 0 });
    const backend = tf.backend() as Partial<NodeJSKernelBackend>;
    const counts = new Set<string>();
    for (let step = 0; step < 40; step++) {
      await trainer.step(tinyBatch(step % 4 === 3 ? 3 : 4), step, 1e-3, 0.9);
      if (step % 3 !== 0) continue;
      await trainer.settle();
      if (step < 8) continue; // both sizes were recorded, all of TensorFlow's tensors made
      counts.add(`${tf.memory().numTensors} ${backend.binding?.getNumOfTensors()}`);
    }
    expect([...counts]).toHaveLength(1);
    trainer.dispose();
    model.dispose();
  });
});
