import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { classifierOnnx } from '../../../src/export/onnx/classifier-onnx.js';
import { encodeOnnx } from '../../../src/export/onnx/encode-onnx.js';
import type { StateDict } from '../../../src/model/state-dict.js';
import { startTestEngine } from '../../model/start-test-engine.js';
import {
  disturbedState,
  noisePatches,
  type Patches,
  patchSizes,
  relativeGap,
  type SmallNet,
  scored,
  smallCard,
  smallNets,
} from '../small-nets.js';

beforeAll(() => startTestEngine());

describe('classifierOnnx, run by ONNX Runtime', () => {
  it.each(
    Object.keys(smallNets).flatMap((net) => [
      [net as SmallNet, true] as const,
      [net as SmallNet, false] as const,
    ]),
  )('gives the logits and probabilities of the scorer: %s, folded: %s', async (net, isFolded) => {
    const card = smallCard(net);
    const state = await disturbedState(card.architecture);
    const run = await session(card, state, isFolded);
    for (const size of patchSizes) {
      const batch = noisePatches(3, size, card.preprocessing.cropPx);
      const expected = await scored(card, state, batch);
      const { logits, probability } = await run(batch);
      expect(relativeGap(expected, logits)).toBeLessThan(1e-5); // float32 sums in another order
      const margin = ((expected[1] as number) - (expected[0] as number)) / 1.7;
      expect(probability[1]).toBeCloseTo(1 / (1 + Math.exp(-margin)), 5);
    }
  });

  it('takes swapped channels and other figures of normalisation', async () => {
    const figures = { mean: [0.1, 0.5, 0.9], std: [0.2, 1, 0.004] };
    const card = smallCard('basic blocks', { cropPx: 32, channels: 'bgr', ...figures });
    const state = await disturbedState(card.architecture);
    const batch = noisePatches(2, { widthPx: 40, heightPx: 40 }, 32);
    const { logits } = await (await session(card, state, true))(batch);
    expect(relativeGap(await scored(card, state, batch), logits)).toBeLessThan(1e-5);
  });

  it('refuses patches smaller than the crop', async () => {
    const card = smallCard('basic blocks');
    const run = await session(card, await disturbedState(card.architecture), true);
    for (const sizePx of [32, 20]) {
      const small = { pixels: new Uint8Array(3 * sizePx ** 2), size: 1 };
      const patch = { ...small, widthPx: sizePx, heightPx: sizePx };
      await expect(run(patch)).rejects.toThrow(/Reshape|Slice/);
    }
  });
});

async function session(
  card: Parameters<typeof classifierOnnx>[0],
  state: StateDict,
  isFolded: boolean,
) {
  const model = classifierOnnx(card, state, { isFolded, isBare: false }, {});
  const opened = await InferenceSession.create(Buffer.concat(encodeOnnx(model)));
  return async ({ pixels, size, widthPx, heightPx }: Omit<Patches, 'steps'>) => {
    const patches = new Tensor('uint8', pixels, [size, heightPx, widthPx, 3]);
    const { logits, probability } = await opened.run({ patches });
    return { logits: logits?.data as Float32Array, probability: probability?.data as Float32Array };
  };
}
