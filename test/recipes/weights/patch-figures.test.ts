import { beforeAll, describe, expect, it } from 'vitest';
import { imageNet } from '../../../src/model/preprocess.js';
import { featuresOf, patchFigures } from '../../../src/recipes/weights/patch-figures.js';
import {
  type GoldenNet,
  goldenArchitecture,
  goldenBackbone,
  goldenNets,
  goldenPixels,
} from '../../model/golden-nets.js';
import { startTestEngine } from '../../model/start-test-engine.js';
import { hasShared, readGolden } from '../../shared-data.js';

interface GoldenCase {
  readonly ids: string[];
  readonly size_px: number;
  readonly pooled_features_first_64_channels: number[][];
  readonly pooled_features_l2: number[];
}

const tolerance = 1e-3; // relative to the largest feature

beforeAll(() => startTestEngine());

describe.skipIf(!hasShared)('featuresOf', () => {
  it.each(Object.keys(goldenNets) as GoldenNet[])(
    'gives the pooled features of torch: %s',
    async (net) => {
      const { nets } = readGolden<{ nets: Record<GoldenNet, { cases: GoldenCase[] }> }>(
        'resnet.json',
      );
      const state = await goldenBackbone(net);
      for (const golden of nets[net].cases) {
        const { ids, size_px: size } = golden;
        for (const [row, id] of ids.entries()) {
          const pixels = await goldenPixels([id], size);
          const patch = { pixels, widthPx: size, heightPx: size };
          const features = await featuresOf(goldenArchitecture(net), state, imageNet, patch);
          const largest = features.reduce((most, value) => Math.max(most, value), 0);
          const expected = golden.pooled_features_first_64_channels[row] as number[];
          for (const [channel, value] of expected.entries()) {
            expect(Math.abs((features[channel] as number) - value) / largest).toBeLessThan(
              tolerance,
            );
          }
          const norm = golden.pooled_features_l2[row] as number;
          expect(Math.abs(Math.hypot(...features) / norm - 1)).toBeLessThan(tolerance);
        }
      }
    },
  );
});

describe.skipIf(!hasShared)('patchFigures', () => {
  // torch 2.13.0, float32, on the built-in patch / 255 with ImageNet's mean and deviation
  const figures = {
    tiny_v1: {
      stride: 'v1',
      mean: 0.316522,
      standard_deviation: 0.388067,
      first: [2.105328, 0.498307, 0, 0.585247, 0.379809, 0.21472, 0, 0.746784],
    },
    tiny_v1_5: {
      stride: 'v1.5',
      mean: 0.315738,
      standard_deviation: 0.387509,
      first: [2.05333, 0.517359, 0, 0.593921, 0.360249, 0.214593, 0, 0.755838],
    },
    resnet50_v1: {
      stride: 'v1',
      mean: 0.39356,
      standard_deviation: 0.554356,
      first: [1.326664, 0.003005, 0.580462, 0.366362, 0.521359, 0, 0, 0],
    },
  } as const;

  it.each(['tiny_v1', 'resnet50_v1'] as const)('gives those of torch: %s', async (net) => {
    const { stride } = figures[net];
    const state = await goldenBackbone(net);
    const [found, ...others] = await patchFigures(goldenArchitecture(net), stride, state, imageNet);
    expect(others).toEqual([]);
    expectFigures(found, figures[net]);
  });

  it('gives those of both strides where it is not known', async () => {
    const state = await goldenBackbone('tiny_v1'); // the same arrays fit both
    const found = await patchFigures(goldenArchitecture('tiny_v1'), null, state, imageNet);
    expect(found).toHaveLength(2);
    expectFigures(found[0], figures.tiny_v1);
    expectFigures(found[1], figures.tiny_v1_5);
  });
});

function expectFigures(
  found: Awaited<ReturnType<typeof patchFigures>>[number] | undefined,
  expected: Omit<NonNullable<typeof found>, 'patch'>,
): void {
  expect(found?.stride).toBe(expected.stride);
  expect(found?.mean).toBeCloseTo(expected.mean, 4);
  expect(found?.standard_deviation).toBeCloseTo(expected.standard_deviation, 4);
  for (const [at, value] of expected.first.entries())
    expect(found?.first[at]).toBeCloseTo(value, 3);
}
