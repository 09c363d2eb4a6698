import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cropSteps } from '../../src/data/augment.js';
import { type GradCam, gradCam } from '../../src/model/grad-cam.js';
import { createModel, type Model, modelFromState } from '../../src/model/model.js';
import { imageNet } from '../../src/model/preprocess.js';
import { hasShared } from '../shared-data.js';
import {
  type GoldenNet,
  goldenArchitecture,
  goldenNets,
  goldenPixels,
  goldenState,
} from './golden-nets.js';
import { startTestEngine, testEngines } from './start-test-engine.js';
import { tinyArchitecture, tinyBatch } from './tiny-model.js';

/** What grad-cam-reference.py has written: by net, crop size and margin a map a patch, [row][column]. */
interface Reference {
  readonly ids: string[];
  readonly nets: Record<GoldenNet, Record<'49' | '96', Record<'tumour' | 'normal', number[][][]>>>;
}

const reference: Reference = JSON.parse(
  readFileSync(new URL('grad-cam-reference.json', import.meta.url), 'utf8'),
);

describe.skipIf(!hasShared).each(testEngines)('gradCam with %s', (engine) => {
  it.each(Object.keys(goldenNets) as GoldenNet[])("gives PyTorch's maps of %s", async (net) => {
    await startTestEngine(engine);
    const model = modelFromState(goldenArchitecture(net), await goldenState(net));
    for (const margin of ['tumour', 'normal'] as const) {
      for (const size of ['49', '96'] as const) {
        const count = tf.memory().numTensors;
        const sidePx = Number(size);
        const pixels = await goldenPixels(reference.ids, sidePx);
        const batch = wholePatches(pixels, reference.ids.length, sidePx);
        const cam = await gradCam(model, batch, { cropPx: sidePx, channels: 'rgb', ...imageNet });
        expect(cam).toMatchObject({ stage: 'layer3', sidePx: size === '49' ? 4 : 6 });
        expectMaps(cam, reference.nets[net][size][margin]);
        expect(tf.memory().numTensors).toBe(count);
      }
      swapClasses(model);
    }
    model.dispose();
  });
});

describe.each(testEngines)('gradCam of a tiny net with %s', (engine) => {
  it.each([
    [32, 'layer2', 4],
    [64, 'layer3', 4],
    [97, 'layer4', 4],
    [5, 'stem', 3], // no stage has 4 px: the finest
  ])('shows at %i px the last stage that has 4 px a side: %s', async (cropPx, stage, sidePx) => {
    await startTestEngine(engine);
    const model = createModel(tinyArchitecture, { seed: 0, backbone: null });
    const batch = wholePatches(new Uint8Array(3 * 97 * 97).fill(90), 1, 97, cropPx);
    const cam = await gradCam(model, batch, { cropPx, channels: 'rgb', ...imageNet });
    expect(cam).toMatchObject({ stage, sidePx });
    model.dispose();
  });

  it('is 0 where nothing speaks for tumour', async () => {
    await startTestEngine(engine);
    const model = createModel(tinyArchitecture, { seed: 0, backbone: null });
    const last = model.trainable.get('head.fc2.weight') as tf.Variable;
    last.assign(tf.zerosLike(last));
    const cam = await gradCam(model, tinyBatch(3), { cropPx: 32, channels: 'rgb', ...imageNet });
    expect(cam.maps).toEqual(new Float32Array(3 * 4 * 4));
    model.dispose();
  });
});

/** Makes the margin of tumour that of normal. */
function swapClasses({ trainable }: Model): void {
  for (const name of ['head.fc2.weight', 'head.fc2.bias']) {
    const variable = trainable.get(name) as tf.Variable;
    tf.tidy(() => variable.assign(tf.reverse(variable, -1)));
  }
}

/** float32 against float64, through up to 50 layers: relative to the maximum, which is 1. */
function expectMaps({ maps }: GradCam, expected: readonly number[][][]): void {
  const values = expected.flat(2);
  expect(maps).toHaveLength(values.length);
  const errors = values.map((value, at) => Math.abs((maps[at] as number) - value));
  expect(Math.max(...errors)).toBeLessThan(1e-4);
}

function wholePatches(pixels: Uint8Array, size: number, sizePx: number, cropPx = sizePx) {
  const patch = { widthPx: sizePx, heightPx: sizePx };
  return { pixels, steps: Int32Array.from(cropSteps(null, patch, cropPx)), size, ...patch };
}
