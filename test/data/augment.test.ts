import { describe, expect, it } from 'vitest';
import { augmentAndCrop, drawAugmentation } from '../../src/data/augment.js';
import { createNormalizer } from '../../src/data/normalize.js';
import type { Patch } from '../../src/data/patch.js';
import { readPatch } from '../../src/data/read-patch.js';
import { hasShared, readGolden, sharedPath } from '../shared-data.js';

interface AugmentGolden {
  readonly cases: readonly {
    readonly id: string;
    readonly hflip: 0 | 1;
    readonly vflip: 0 | 1;
    readonly angle_deg: number;
    readonly rgb_hwc_uint8_base64: string;
  }[];
  readonly normalized: {
    readonly id: string;
    readonly first_row_of_each_channel: readonly (readonly number[])[];
    readonly mean_per_channel: readonly number[];
  };
}

describe('augmentAndCrop', () => {
  it('leaves nothing of what its memory held before', () => {
    const patch: Patch = {
      pixels: new Uint8Array(3 * 8 * 8).fill(200),
      widthPx: 8,
      heightPx: 8,
      notice: null,
    };
    const draw = { hflip: false, vflip: false, angleDeg: 45 }; // black in the corners
    const used = new Uint8Array(3 * 8 * 8).fill(77);
    expect(augmentAndCrop(patch, draw, 8, used)).toBe(used);
    expect(new Set(used)).toEqual(new Set([0, 200]));
  });
});

describe.skipIf(!hasShared)('golden/augment.json (PIL and torchvision)', () => {
  const golden = hasShared ? readGolden<AugmentGolden>('augment.json') : null;

  it('has the same bytes in every case', async () => {
    expect(golden?.cases.length).toBe(42);
    for (const { id, hflip, vflip, angle_deg, rgb_hwc_uint8_base64 } of golden?.cases ?? []) {
      const patch = await readPatch(sharedPath('data', 'kaggle', 'train', `${id}.tif`));
      const draw = { hflip: hflip === 1, vflip: vflip === 1, angleDeg: angle_deg };
      const crop = Buffer.from(augmentAndCrop(patch, draw, 49));
      expect(crop.toString('base64'), JSON.stringify({ id, draw })).toBe(rgb_hwc_uint8_base64);
    }
  });

  it('has the same normalised values', async () => {
    const { id, first_row_of_each_channel, mean_per_channel } = golden?.normalized ?? neverRead();
    const patch = await readPatch(sharedPath('data', 'kaggle', 'train', `${id}.tif`));
    const images = new Float32Array(3 * 49 * 49);
    createNormalizer('rgb')(augmentAndCrop(patch, null, 49), images, 0);
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

describe('augmentAndCrop', () => {
  it('mirrors left and right, top and bottom', () => {
    const patch = grid(2, 2); // 0 1 / 2 3
    expect(reds(augmentAndCrop(patch, draw(true, false, 0), 2))).toEqual([1, 0, 3, 2]);
    expect(reds(augmentAndCrop(patch, draw(false, true, 0), 2))).toEqual([2, 3, 0, 1]);
  });

  it('rotates counter-clockwise', () => {
    expect(reds(augmentAndCrop(grid(3, 3), draw(false, false, 90), 3))).toEqual([
      2, 5, 8, 1, 4, 7, 0, 3, 6,
    ]);
  });

  it('fills with black what came from outside', () => {
    const white: Patch = { ...grid(8, 8), pixels: new Uint8Array(192).fill(255) };
    const turned = reds(augmentAndCrop(white, draw(false, false, 45), 8));
    expect([turned[0], turned[7], turned[56], turned[63]]).toEqual([0, 0, 0, 0]);
    expect(turned[27]).toBe(255);
  });

  // round((size - crop) / 2) with halves to even, as torchvision's center_crop in Python
  it.each([
    [4, 4, 0],
    [5, 2, 2],
    [4, 3, 0],
    [6, 3, 2],
    [8, 3, 2],
    [96, 49, 24],
  ])('of %i px and a crop of %i px begins at pixel %i', (sizePx, cropPx, first) => {
    const crop = augmentAndCrop(ramp(sizePx), null, cropPx);
    expect([crop[0], crop[1]]).toEqual([first, first]); // column and row
  });

  it('cuts a square out of a patch that is none', () => {
    expect(reds(augmentAndCrop(grid(4, 2), null, 2))).toEqual([1, 2, 5, 6]);
  });

  it('leaves the patch as it was', () => {
    const patch = grid(5, 5);
    augmentAndCrop(patch, draw(true, true, 13), 3);
    expect(patch).toEqual(grid(5, 5));
  });

  it('refuses a crop that is larger than the patch', () => {
    expect(() => augmentAndCrop(grid(4, 2), null, 3)).toThrow(
      new RangeError('Cannot crop a patch of 4 x 2 px: expected a crop within it, got 3 px'),
    );
  });
});

describe('drawAugmentation', () => {
  const recipe = { horizontalFlip: true, verticalFlip: true, rotationDegrees: 20 };

  it('depends on seed, epoch and index alone', () => {
    const first = drawAugmentation(recipe, 1, 2, 3);
    for (let index = 0; index < 10; index++) drawAugmentation(recipe, 5, 2, index);
    expect(drawAugmentation(recipe, 1, 2, 3)).toEqual(first);
    const keys = [
      [2, 2, 3],
      [1, 3, 3],
      [1, 2, 4],
      [3, 2, 1],
    ] as const;
    for (const [seed, epoch, index] of keys) {
      expect(drawAugmentation(recipe, seed, epoch, index).angleDeg).not.toBe(first.angleDeg);
    }
  });

  it('draws flips with p = 1/2 and angles uniform in [-20, 20], each by itself', () => {
    const n = 20_000;
    const draws = Array.from({ length: n }, (_, at) =>
      drawAugmentation(recipe, 7, Math.floor(at / 200), at % 200),
    );
    const share = (holds: (draw: (typeof draws)[number]) => boolean) =>
      draws.filter(holds).length / n;
    // 4 standard deviations of a share: 4 * sqrt(p (1 - p) / 20,000)
    expect(Math.abs(share(({ hflip }) => hflip) - 0.5)).toBeLessThan(0.0142);
    expect(Math.abs(share(({ vflip }) => vflip) - 0.5)).toBeLessThan(0.0142);
    expect(Math.abs(share(({ hflip, vflip }) => hflip && vflip) - 0.25)).toBeLessThan(0.0123);
    expect(Math.abs(share(({ hflip, angleDeg }) => hflip && angleDeg > 0) - 0.25)).toBeLessThan(
      0.0123,
    );
    // chi-square of 20 bins: 19 degrees of freedom, 43.8 is exceeded once in 1,000 seeds
    const bins = new Array<number>(20).fill(0);
    for (const { angleDeg } of draws) {
      expect(Math.abs(angleDeg)).toBeLessThanOrEqual(20);
      const bin = Math.floor((angleDeg + 20) / 2);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const chiSquare = bins.reduce((sum, count) => sum + (count - n / 20) ** 2 / (n / 20), 0);
    expect(chiSquare).toBeLessThan(43.8);
  });

  it('draws nothing where nothing is wanted', () => {
    const none = { horizontalFlip: false, verticalFlip: false, rotationDegrees: 0 };
    for (let index = 0; index < 50; index++) {
      const { hflip, vflip, angleDeg } = drawAugmentation(none, 0, 0, index);
      expect([hflip, vflip, Math.abs(angleDeg)]).toEqual([false, false, 0]);
    }
  });
});

/** Red counts the pixels row by row. */
function grid(widthPx: number, heightPx: number): Patch {
  const pixels = new Uint8Array(3 * widthPx * heightPx);
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) pixels[3 * pixel] = pixel;
  return { pixels, widthPx, heightPx, notice: null };
}

/** Red is the column, green the row. */
function ramp(sizePx: number): Patch {
  const pixels = new Uint8Array(3 * sizePx * sizePx);
  for (let pixel = 0; pixel < sizePx * sizePx; pixel++) {
    pixels[3 * pixel] = pixel % sizePx;
    pixels[3 * pixel + 1] = Math.floor(pixel / sizePx);
  }
  return { pixels, widthPx: sizePx, heightPx: sizePx, notice: null };
}

function draw(hflip: boolean, vflip: boolean, angleDeg: number) {
  return { hflip, vflip, angleDeg };
}

function reds(pixels: Uint8Array): number[] {
  return [...pixels.filter((_, at) => at % 3 === 0)];
}

function neverRead(): never {
  throw new Error('The golden file was not read');
}
