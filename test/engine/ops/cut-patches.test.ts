import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AugmentationDraw, cropSteps, drawAugmentation } from '../../../src/data/augment.js';
import type { Patch } from '../../../src/data/patch.js';
import { readPatch } from '../../../src/data/read-patch.js';
import { compile } from '../../../src/engine/ops/compile.js';
import { cutPatches } from '../../../src/engine/ops/cut-patches.js';
import { uint8Tensor } from '../../../src/engine/ops/uint8-tensor.js';
import { randomStream } from '../../../src/rng.js';
import { augmentAndCrop } from '../../data/augment-and-crop.js';
import { hasShared, readGolden, sharedPath } from '../../shared-data.js';
import { backends, startEngines } from './start-engines.js';

interface AugmentGolden {
  readonly cases: readonly {
    readonly id: string;
    readonly hflip: 0 | 1;
    readonly vflip: 0 | 1;
    readonly angle_deg: number;
    readonly rgb_hwc_uint8_base64: string;
  }[];
}

beforeAll(startEngines);

describe.each(backends)('cutPatches on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it('takes the pixel that the steps say, and black outside', async () => {
    const patch = patchOf(Uint8Array.of(1, 0, 9, 2, 0, 9, 3, 0, 9, 4, 0, 9), 2, 2); // 1 2 / 3 4
    const reds = async (...steps: number[]) =>
      (await cut([patch], steps, 2)).filter((_, at) => at % 3 === 0);
    expect(await reds(65536, 0, 0, 0, 65536, 0)).toEqual([1, 2, 3, 4]);
    expect(await reds(65536, 0, -65536, 0, 65536, -65536)).toEqual([0, 0, 0, 1]);
    expect(await reds(1, 0, 65535, 0, 65535, 0)).toEqual([1, 2, 1, 2]); // 65535 is just below 1
    expect(await reds(1, 0, -1, 0, 65536, 0)).toEqual([0, 1, 0, 3]); // -1 is just below 0
  });

  // odd and even gaps, patches that are no squares, crops that reach outside
  it.each([
    [96, 96, 49],
    [96, 96, 96],
    [33, 33, 24],
    [20, 31, 17],
    [7, 8, 7],
    [1, 1, 1],
  ])('of %i x %i px with a crop of %i px has the bytes of the reference', async (...sizes) => {
    const [widthPx, heightPx, cropPx] = sizes;
    const random = randomStream(...sizes);
    const recipe = { horizontalFlip: true, verticalFlip: true, rotationDegrees: 180 };
    const draws = Array.from({ length: 20 }, (_, at) => drawAugmentation(recipe, 1, 0, at));
    const patches = draws.map(() => {
      const length = 3 * widthPx * heightPx;
      return patchOf(
        Uint8Array.from({ length }, () => 256 * random.nextUniform()),
        widthPx,
        heightPx,
      );
    });
    const before = tf.memory().numTensors;
    for (const drawn of [draws, null]) {
      const expected = patches.flatMap((patch, at) => [
        ...augmentAndCrop(patch, drawn?.[at] ?? null, cropPx),
      ]);
      const steps = (drawn ?? [null]).flatMap((draw) => [
        ...cropSteps(draw, patchAt(patches), cropPx),
      ]);
      expect(await cut(patches, steps, cropPx)).toEqual(expected);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it.skipIf(!hasShared)('has the bytes of PIL and torchvision (golden/augment.json)', async () => {
    const { cases } = readGolden<AugmentGolden>('augment.json');
    const read = ({ id }: { id: string }) =>
      readPatch(sharedPath('data', 'kaggle', 'train', `${id}.tif`));
    const patches = await Promise.all(cases.map(read));
    const steps = cases.flatMap(({ hflip, vflip, angle_deg }, at) => {
      const draw: AugmentationDraw = {
        hflip: hflip === 1,
        vflip: vflip === 1,
        angleDeg: angle_deg,
      };
      return [...cropSteps(draw, patches[at] as Patch, 49)];
    });
    const crops = Uint8Array.from(await cut(patches, steps, 49));
    expect(cases).toHaveLength(42);
    for (const [at, { rgb_hwc_uint8_base64 }] of cases.entries()) {
      const crop = Buffer.from(crops.subarray(at * 3 * 49 * 49, (at + 1) * 3 * 49 * 49));
      expect(crop.toString('base64'), JSON.stringify(cases[at])).toBe(rgb_hwc_uint8_base64);
    }
  });
});

function patchOf(pixels: Uint8Array, widthPx: number, heightPx: number): Patch {
  return { pixels, widthPx, heightPx, notice: null };
}

function patchAt(patches: readonly Patch[]): Patch {
  return patches[0] as Patch;
}

/** Op by op, then in a compiled step, which must have the same values. */
async function cut(patches: readonly Patch[], steps: readonly number[], cropPx: number) {
  const { widthPx, heightPx } = patchAt(patches);
  const pixels = Uint8Array.from(Buffer.concat(patches.map((patch) => patch.pixels)));
  const inputs = {
    patches: uint8Tensor(pixels, [patches.length, heightPx, widthPx, 3]) as tf.Tensor4D,
    steps: tf.tensor2d([...steps], [steps.length / 6, 6], 'int32'),
  };
  const step = compile([], (given: typeof inputs) => ({
    crops: cutPatches(given.patches, given.steps, cropPx),
  }));
  const alone = cutPatches(inputs.patches, inputs.steps, cropPx);
  const { crops } = await step.run(inputs);
  const values = [...(await crops.data())];
  expect(values).toEqual([...(await alone.data())]);
  tf.dispose([inputs, alone, crops]);
  step.dispose();
  return values;
}
