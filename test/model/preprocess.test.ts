import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cropSteps, drawAugmentation } from '../../src/data/augment.js';
import { readPatch } from '../../src/data/read-patch.js';
import { compile } from '../../src/engine/ops/compile.js';
import {
  type Channels,
  imageNet,
  type PatchBatch,
  type PatchInputs,
  patchInputs,
  preprocess,
} from '../../src/model/preprocess.js';
import { randomStream } from '../../src/rng.js';
import { augmentAndCrop } from '../data/augment-and-crop.js';
import { createNormalizer } from '../data/create-normalizer.js';
import { hasShared, readGolden, sharedPath } from '../shared-data.js';
import { startTestEngine, testEngines } from './start-test-engine.js';

interface NormalizedGolden {
  readonly normalized: {
    readonly id: string;
    readonly first_row_of_each_channel: readonly (readonly number[])[];
    readonly mean_per_channel: readonly number[];
  };
}

describe.each(testEngines)('preprocess with %s', (engine) => {
  beforeAll(() => startTestEngine(engine));

  it('gives (value / 255 - mean) / std of ImageNet', async () => {
    const got = await preprocessed(twoPixels, 1, 'rgb');
    const expected = [
      (1 - 0.485) / 0.229,
      (128 / 255 - 0.456) / 0.224,
      -0.406 / 0.225,
      (10 / 255 - 0.485) / 0.229,
      (20 / 255 - 0.456) / 0.224,
      (30 / 255 - 0.406) / 0.225,
    ];
    // float32 has 7 digits
    for (const [at, value] of expected.entries()) expect(got[at]).toBeCloseTo(value, 6);
  });

  it('swaps channels with bgr and leaves mean and deviation in their places', async () => {
    const got = await preprocessed(twoPixels, 1, 'bgr');
    expect(got[0]).toBeCloseTo((0 - 0.485) / 0.229, 6); // blue, by the figures of red
    expect(got[1]).toBeCloseTo((128 / 255 - 0.456) / 0.224, 6);
    expect(got[2]).toBeCloseTo((1 - 0.406) / 0.225, 6);
    expect(got[3]).toBeCloseTo((30 / 255 - 0.485) / 0.229, 6);
  });

  it.each(['rgb', 'bgr'] as const)(
    'has the bits of float32 arithmetic step by step, %s, for every value of a byte',
    async (channels) => {
      const { batch, crops } = augmentedNoise(6, 24, 24, 17);
      const expected = new Float32Array(crops.length);
      createNormalizer(channels)(crops, expected, 0);
      expect(new Set(crops).size).toBe(256);
      const count = tf.memory().numTensors;
      expect(differences(await preprocessed(batch, 17, channels), expected)).toBe(0);
      expect(tf.memory().numTensors).toBe(count);
    },
  );

  it.skipIf(!hasShared)('has the values of torchvision (golden/augment.json)', async () => {
    const { normalized } = readGolden<NormalizedGolden>('augment.json');
    const { id, first_row_of_each_channel, mean_per_channel } = normalized;
    const patch = await readPatch(sharedPath('data', 'kaggle', 'train', `${id}.tif`));
    const steps = Int32Array.from(cropSteps(null, patch, 49));
    const images = await preprocessed({ ...patch, steps, size: 1 }, 49, 'rgb');
    for (const channel of [0, 1, 2]) {
      const values = images.filter((_, at) => at % 3 === channel);
      const row = Float32Array.from(first_row_of_each_channel[channel] ?? []);
      expect(values.subarray(0, 49)).toEqual(row); // to the last bit of float32
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      // torch sums in float32, this in float64: 2,401 values round to about 1e-6
      expect(mean).toBeCloseTo(mean_per_channel[channel] ?? Number.NaN, 5);
    }
  });
});

const twoPixels: PatchBatch = {
  pixels: Uint8Array.of(255, 128, 0, 10, 20, 30),
  steps: Int32Array.from(cropSteps(null, { widthPx: 1, heightPx: 1 }, 1)),
  size: 2,
  widthPx: 1,
  heightPx: 1,
};

/** What a compiled step, as training and scoring are, makes of a batch. */
async function preprocessed(batch: PatchBatch, cropPx: number, channels: Channels) {
  const step = compile([], (inputs: PatchInputs) => ({
    images: preprocess(inputs, { cropPx, channels }),
  }));
  const inputs = patchInputs(batch, imageNet);
  const { images } = await step.run(inputs);
  const values = (await images.data()) as Float32Array;
  tf.dispose([inputs, images]);
  step.dispose();
  return values;
}

/** Patches of noise with all that chance does to them, and the crops that the reference makes. */
function augmentedNoise(size: number, widthPx: number, heightPx: number, cropPx: number) {
  const random = randomStream(5);
  const values = 3 * widthPx * heightPx;
  const pixels = Uint8Array.from({ length: size * values }, () => 256 * random.nextUniform());
  const recipe = { horizontalFlip: true, verticalFlip: true, rotationDegrees: 45 };
  const draws = Array.from({ length: size }, (_, at) => drawAugmentation(recipe, 2, 1, at));
  const patches = draws.map((_, at) => ({
    pixels: pixels.subarray(at * values, (at + 1) * values),
    widthPx,
    heightPx,
    notice: null,
  }));
  const steps = draws.flatMap((draw) => cropSteps(draw, { widthPx, heightPx }, cropPx));
  const crops = patches.map((patch, at) => augmentAndCrop(patch, draws[at] ?? null, cropPx));
  const batch = { pixels, steps: Int32Array.from(steps), size, widthPx, heightPx };
  return { batch, crops: Uint8Array.from(Buffer.concat(crops)) };
}

/** How many values differ in any bit. */
function differences(got: Float32Array, expected: Float32Array): number {
  expect(got).toHaveLength(expected.length);
  return expected.filter((value, at) => !Object.is(value, got[at])).length;
}
