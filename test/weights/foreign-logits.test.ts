import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stride } from '../../src/model/architecture.js';
import { foldedConvolution } from '../../src/model/convolution-layer.js';
import { averagePool } from '../../src/model/layers.js';
import { createModel } from '../../src/model/model.js';
import type { Normalization } from '../../src/model/preprocess.js';
import { backboneStages } from '../../src/model/resnet.js';
import type { StateDict } from '../../src/model/state-dict.js';
import type { ForeignWeights } from '../../src/weights/foreign-weights.js';
import { startTestEngine } from '../model/start-test-engine.js';
import { fixturePath, readWeights, unzippedFixture } from './fixture.js';

const sidePx = 33;
const area = sidePx * sidePx;
const none: Normalization = { mean: [0, 0, 0], std: [1, 1, 1] };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-logits-'));
  await startTestEngine();
});
afterAll(() => rm(folder, { recursive: true }));

describe('weights of another framework give its logits', () => {
  it.each([
    'keras-3.keras',
    'keras-3.h5',
    'keras-3.weights.h5',
    'keras-2.keras',
    'keras-2.h5',
    'keras-2-no-top.h5',
  ])('Keras: %s', async (name) => {
    const weights = await readWeights(await unzippedFixture(name, folder));
    expect(weights).toMatchObject({ format: 'Keras', stride: 'v1', leftOut: [] });
    const classifier = (await readWeights(await unzippedFixture('keras-3.h5', folder))).state;
    expectNear(
      kerasLogits({ ...weights, state: new Map([...classifier, ...weights.state]) }),
      1e-4,
    );
  });

  it.each([
    ['tfjs', 1e-4],
    ['tfjs-float16', 1e-2], // stored with 11 bits
  ])('TensorFlow.js: %s', async (name, error) => {
    const weights = await readWeights(fixturePath(join(name, 'model.json')));
    expect(weights).toMatchObject({ format: 'TensorFlow.js', stride: 'v1', leftOut: [] });
    expectNear(kerasLogits(weights), error);
  });

  it('transformers', async () => {
    const { state, backbone } = await readWeights(fixturePath('transformers.safetensors'));
    const nchw = Float32Array.from({ length: 2 * 3 * area }, (_, at) => Math.sin(0.7 * at));
    const nhwc = nchw.map((_, at) => {
      const [channel, pixel, row] = [at % 3, Math.floor(at / 3) % area, Math.floor(at / 3 / area)];
      return nchw[(row * 3 + channel) * area + pixel] as number;
    });
    const logits = logitsOf({ state, backbone, stride: 'v1.5', normalization: none }, nhwc);
    expectNear({ logits, wanted: referenceLogits('transformers.json') }, 1e-4);
  });
});

interface Net extends Pick<ForeignWeights, 'state' | 'backbone'> {
  readonly stride: Stride | null;
  readonly normalization: Normalization | null;
}

function kerasLogits(net: Net) {
  const pixels = Float32Array.from({ length: 2 * area * 3 }, (_, at) => {
    return (127.5 + 127.5 * Math.sin(0.7 * at)) / 255;
  });
  return { logits: logitsOf(net, pixels), wanted: referenceLogits('keras.json') };
}

function referenceLogits(name: string): readonly number[] {
  const { logits } = JSON.parse(readFileSync(fixturePath(name), 'utf8')) as { logits: number[][] };
  return logits.flat();
}

/** @param pixels Shape [2, 33, 33, 3], red first, of values in [0, 1]. */
function logitsOf(net: Net, pixels: Float32Array): readonly number[] {
  const { mean, std } = net.normalization ?? none;
  const images = pixels.map((value, at) => (value - (mean[at % 3] ?? 0)) / (std[at % 3] ?? 1));
  const head = { stride: net.stride ?? 'v1', hiddenUnits: 3, classes: 2, dropout: 0 };
  const backbone = new Map([...net.state].filter(([name]) => !name.startsWith('fc.')));
  const model = createModel({ ...net.backbone, ...head }, { seed: 0, backbone });
  const features = tf.tidy(() => {
    const input = tf.tensor4d(images, [2, sidePx, sidePx, 3]);
    const last = backboneStages(model, input, foldedConvolution(model)).at(-1);
    return averagePool(last?.activation as tf.Tensor4D).arraySync();
  });
  model.dispose();
  return features.flatMap((row) => classified(row, net.state));
}

function classified(features: readonly number[], state: StateDict): number[] {
  const [weight, bias] = ['fc.weight', 'fc.bias'].map((name) => state.get(name)?.data) as [
    Float32Array,
    Float32Array,
  ];
  return Array.from(bias, (offset, unit) =>
    features.reduce(
      (sum, value, at) => sum + value * (weight[unit * features.length + at] as number),
      offset,
    ),
  );
}

function expectNear(
  { logits, wanted }: { logits: readonly number[]; wanted: readonly number[] },
  error: number,
): void {
  const largest = Math.max(...wanted.map(Math.abs));
  expect(logits.length).toBe(wanted.length);
  for (const [at, value] of logits.entries()) {
    expect(Math.abs(value - (wanted[at] as number)) / largest).toBeLessThan(error);
  }
}
