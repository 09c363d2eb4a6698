import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { inferenceBatchNorm } from '../../src/model/batch-norm-layer.js';
import { plainConvolution } from '../../src/model/convolution-layer.js';
import { averagePool } from '../../src/model/layers.js';
import { createModel, type Model } from '../../src/model/model.js';
import { backboneStages } from '../../src/model/resnet.js';
import { hasShared, readGolden } from '../shared-data.js';
import {
  type GoldenNet,
  goldenArchitecture,
  goldenBackbone,
  goldenImages,
  goldenNets,
} from './golden-nets.js';
import { startTestEngine } from './start-test-engine.js';

interface GoldenStage {
  shape_nhwc: number[];
  mean: number;
  std: number;
  samples_nhwc: [number, number, number, number, number][];
}

interface GoldenCase {
  ids: string[];
  size_px: number;
  stages: Record<string, GoldenStage>;
  pooled_features_first_64_channels: number[][];
  pooled_features_l2: number[];
}

/** Relative to the largest activation: what the reference figures are to be met within. */
const tolerance = 1e-3;

beforeAll(() => startTestEngine());

describe.skipIf(!hasShared)('backboneStages', () => {
  it.each(Object.keys(goldenNets) as GoldenNet[])(
    'gives the activations of torch for %s at every size',
    async (net) => {
      const golden = readGolden<{ nets: Record<GoldenNet, { cases: GoldenCase[] }> }>(
        'resnet.json',
      );
      const model = createModel(goldenArchitecture(net), {
        seed: 0,
        backbone: await goldenBackbone(net),
      });
      for (const figures of golden.nets[net].cases) await expectStages(model, figures);
      model.dispose();
    },
  );
});

async function expectStages(model: Model, figures: GoldenCase): Promise<void> {
  const { ids, size_px: size } = figures;
  const pixels = await goldenImages(ids, size);
  const images = tf.tensor4d(pixels, [ids.length, size, size, 3]);
  const stages = backboneStages(model, images, plainConvolution(model, inferenceBatchNorm(model)));
  expect(stages.map(({ name }) => name)).toEqual(Object.keys(figures.stages));
  for (const { name, activation } of stages) {
    expectStage(activation, figures.stages[name] as GoldenStage, `${name} at ${size} px`);
  }
  const last = stages.at(-1)?.activation as tf.Tensor4D;
  const features = tf.tidy(() => averagePool(last).arraySync());
  const largest = Math.max(...features.flat());
  for (const [row, channels] of figures.pooled_features_first_64_channels.entries()) {
    const got = features[row] as number[];
    for (const [channel, expected] of channels.entries()) {
      const error = Math.abs((got[channel] as number) - expected) / largest;
      expect(error, `feature ${channel} of patch ${row}`).toBeLessThan(tolerance);
    }
    const norm = figures.pooled_features_l2[row] as number;
    expect(Math.abs(Math.hypot(...got) / norm - 1)).toBeLessThan(tolerance);
  }
  tf.dispose([images, ...stages.map(({ activation }) => activation)]);
}

function expectStage(activation: tf.Tensor4D, golden: GoldenStage, what: string): void {
  expect(activation.shape, what).toEqual(golden.shape_nhwc);
  const values = activation.dataSync<'float32'>();
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  expect(Math.abs(mean - golden.mean) / largest, what).toBeLessThan(tolerance);
  expect(Math.abs(Math.sqrt(spread) - golden.std) / largest, what).toBeLessThan(tolerance);
  const [, height = 0, width = 0, channels = 0] = activation.shape;
  for (const [n, y, x, c, expected] of golden.samples_nhwc) {
    const got = values[((n * height + y) * width + x) * channels + c] as number;
    expect(Math.abs(got - expected) / largest, what).toBeLessThan(tolerance);
  }
}
