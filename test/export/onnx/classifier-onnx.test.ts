import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { cropSteps } from '../../../src/data/augment.js';
import { classifierOnnx } from '../../../src/export/onnx/classifier-onnx.js';
import { encodeOnnx } from '../../../src/export/onnx/encode-onnx.js';
import type { Architecture } from '../../../src/model/architecture.js';
import { createModel, modelFromState, stateOf } from '../../../src/model/model.js';
import { imageNet } from '../../../src/model/preprocess.js';
import { createScorer } from '../../../src/model/scorer.js';
import type { NamedArray } from '../../../src/model/state-dict.js';
import { randomStream } from '../../../src/rng.js';
import { startTestEngine } from '../../model/start-test-engine.js';

const common = { width: 8, hiddenUnits: 16, classes: 2, dropout: 0.5 } as const;
const nets: Readonly<Record<string, Architecture>> = {
  'bottlenecks, v1': { ...common, block: 'bottleneck', blocks: [2, 1, 2], stride: 'v1' },
  'bottlenecks, v1.5': { ...common, block: 'bottleneck', blocks: [1, 2, 1, 1], stride: 'v1.5' },
  'basic blocks': { ...common, block: 'basic', blocks: [2, 2], stride: 'v1' },
};

beforeAll(() => startTestEngine());

describe('classifierOnnx, run by ONNX Runtime', () => {
  it.each(
    Object.keys(nets).flatMap((net) => [
      [net, true],
      [net, false],
    ]),
  )('gives the logits and probabilities of the scorer: %s, folded: %s', async (net, isFolded) => {
    const architecture = nets[net as string] as Architecture;
    const state = await disturbedState(architecture);
    const preprocessing = { cropPx: 33, channels: 'rgb', ...imageNet } as const;
    const chosen = { youdenMargin: null, temperature: 1.7 };
    const card = { architecture, preprocessing, chosen };
    const run = await session(card, state, isFolded as boolean);
    for (const size of [
      { widthPx: 33, heightPx: 33 },
      { widthPx: 96, heightPx: 48 }, // gaps of 63 and 15: halves that go up, 31.5 to 32 and 7.5 to 8
      { widthPx: 34, heightPx: 38 }, // 0.5 to 0 and 2.5 to 2
    ]) {
      const batch = noisePatches(3, size, preprocessing.cropPx);
      const model = modelFromState(architecture, state);
      const scorer = createScorer(model, preprocessing);
      const expected = await scorer.score(batch);
      scorer.dispose();
      model.dispose();
      const { logits, probability } = await run(batch);
      const largest = Math.max(...expected.map(Math.abs));
      for (const [at, value] of expected.entries()) {
        // float32 sums in another order
        expect(Math.abs((logits[at] as number) - value) / largest).toBeLessThan(1e-5);
      }
      const margin = ((expected[1] as number) - (expected[0] as number)) / chosen.temperature;
      expect(probability[1]).toBeCloseTo(1 / (1 + Math.exp(-margin)), 5);
    }
  });

  it('takes swapped channels and other figures of normalisation', async () => {
    const architecture = nets['basic blocks'] as Architecture;
    const state = await disturbedState(architecture);
    const figures = { mean: [0.1, 0.5, 0.9], std: [0.2, 1, 0.004] };
    const preprocessing = { cropPx: 32, channels: 'bgr', ...figures } as const;
    const chosen = { youdenMargin: null, temperature: null };
    const run = await session({ architecture, preprocessing, chosen }, state, true);
    const batch = noisePatches(2, { widthPx: 40, heightPx: 40 }, 32);
    const model = modelFromState(architecture, state);
    const scorer = createScorer(model, preprocessing);
    const expected = await scorer.score(batch);
    scorer.dispose();
    model.dispose();
    const { logits } = await run(batch);
    const largest = Math.max(...expected.map(Math.abs));
    for (const [at, value] of expected.entries()) {
      expect(Math.abs((logits[at] as number) - value) / largest).toBeLessThan(1e-5);
    }
  });

  it('refuses patches smaller than the crop', async () => {
    const architecture = nets['basic blocks'] as Architecture;
    const preprocessing = { cropPx: 33, channels: 'rgb', ...imageNet } as const;
    const chosen = { youdenMargin: null, temperature: null };
    const card = { architecture, preprocessing, chosen };
    const run = await session(card, await disturbedState(architecture), true);
    for (const sizePx of [32, 20]) {
      const small = { pixels: new Uint8Array(3 * sizePx ** 2), size: 1 };
      const patch = { ...small, widthPx: sizePx, heightPx: sizePx };
      await expect(run(patch)).rejects.toThrow(/Reshape|Slice/);
    }
  });
});

type Patches = Pick<ReturnType<typeof noisePatches>, 'pixels' | 'size' | 'widthPx' | 'heightPx'>;

async function session(
  card: Parameters<typeof classifierOnnx>[0],
  state: ReadonlyMap<string, NamedArray>,
  isFolded: boolean,
) {
  const model = classifierOnnx(card, state, { isFolded, isBare: false }, {});
  const opened = await InferenceSession.create(Buffer.concat(encodeOnnx(model)));
  return async ({ pixels, size, widthPx, heightPx }: Patches) => {
    const patches = new Tensor('uint8', pixels, [size, heightPx, widthPx, 3]);
    const { logits, probability } = await opened.run({ patches });
    return { logits: logits?.data as Float32Array, probability: probability?.data as Float32Array };
  };
}

/** First values, but for BatchNorms whose figures all differ from 0 and 1. */
async function disturbedState(architecture: Architecture) {
  const model = createModel(architecture, { seed: 3, backbone: null });
  const state = await stateOf(model);
  model.dispose();
  const random = randomStream(4);
  for (const { data, shape } of state.values()) {
    if (shape.length > 1) continue;
    for (const at of data.keys()) data[at] = (data[at] as number) + 0.5 * random.nextUniform();
  }
  return state;
}

function noisePatches(size: number, like: { widthPx: number; heightPx: number }, cropPx: number) {
  const random = randomStream(5);
  const length = size * like.widthPx * like.heightPx * 3;
  const pixels = Uint8Array.from({ length }, () => 256 * random.nextUniform());
  return { pixels, size, ...like, steps: Int32Array.from(cropSteps(null, like, cropPx)) };
}
