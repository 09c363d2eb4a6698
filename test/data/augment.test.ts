import { describe, expect, it } from 'vitest';
import { type AugmentationDraw, cropSteps, drawAugmentation } from '../../src/data/augment.js';
import type { Patch } from '../../src/data/patch.js';
import { readPatch } from '../../src/data/read-patch.js';
import { randomStream } from '../../src/rng.js';
import { hasShared, readGolden, sharedPath } from '../shared-data.js';
import { augmentAndCrop } from './augment-and-crop.js';

interface AugmentGolden {
  readonly cases: readonly {
    readonly id: string;
    readonly hflip: 0 | 1;
    readonly vflip: 0 | 1;
    readonly angle_deg: number;
    readonly rgb_hwc_uint8_base64: string;
  }[];
}

describe.skipIf(!hasShared)('golden/augment.json (PIL and torchvision)', () => {
  const golden = hasShared ? readGolden<AugmentGolden>('augment.json') : null;

  it('has the same bytes in every case', async () => {
    expect(golden?.cases.length).toBe(42);
    for (const { id, hflip, vflip, angle_deg, rgb_hwc_uint8_base64 } of golden?.cases ?? []) {
      const patch = await readPatch(sharedPath('data', 'kaggle', 'train', `${id}.tif`));
      const draw = { hflip: hflip === 1, vflip: vflip === 1, angleDeg: angle_deg };
      const crop = Buffer.from(cut(patch, draw, 49));
      expect(crop.toString('base64'), JSON.stringify({ id, draw })).toBe(rgb_hwc_uint8_base64);
    }
  });
});

describe('cropSteps', () => {
  it('mirrors left and right, top and bottom', () => {
    const patch = grid(2, 2); // 0 1 / 2 3
    expect(reds(cut(patch, draw(true, false, 0), 2))).toEqual([1, 0, 3, 2]);
    expect(reds(cut(patch, draw(false, true, 0), 2))).toEqual([2, 3, 0, 1]);
  });

  it('rotates counter-clockwise', () => {
    expect(reds(cut(grid(3, 3), draw(false, false, 90), 3))).toEqual([2, 5, 8, 1, 4, 7, 0, 3, 6]);
  });

  it('fills with black what came from outside', () => {
    const white: Patch = { ...grid(8, 8), pixels: new Uint8Array(192).fill(255) };
    const turned = reds(cut(white, draw(false, false, 45), 8));
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
    const crop = cut(ramp(sizePx), null, cropPx);
    expect([crop[0], crop[1]]).toEqual([first, first]); // column and row
  });

  it('cuts a square out of a patch that is none', () => {
    expect(reds(cut(grid(4, 2), null, 2))).toEqual([1, 2, 5, 6]);
  });

  // odd and even gaps, patches that are no squares, crops that reach outside
  it.each([
    [96, 96, 49],
    [96, 96, 96],
    [33, 33, 24],
    [20, 31, 17],
    [8, 7, 7],
    [1, 1, 1],
  ])(
    'of %i x %i px and a crop of %i px take the pixels of the reference',
    (widthPx, heightPx, cropPx) => {
      const random = randomStream(widthPx, heightPx, cropPx);
      const pixels = Uint8Array.from(
        { length: 3 * widthPx * heightPx },
        () => 256 * random.nextUniform(),
      );
      const patch: Patch = { pixels, widthPx, heightPx, notice: null };
      const recipe = { horizontalFlip: true, verticalFlip: true, rotationDegrees: 180 };
      const draws = Array.from({ length: 50 }, (_, at) => drawAugmentation(recipe, 1, 0, at));
      for (const one of [null, draw(true, true, 0), draw(true, false, -90), ...draws]) {
        const [got, expected] = [cut(patch, one, cropPx), augmentAndCrop(patch, one, cropPx)];
        expect(Buffer.compare(got, expected), JSON.stringify(one)).toBe(0);
      }
    },
  );

  it('refuses a crop that is larger than the patch', () => {
    expect(() => cropSteps(null, grid(4, 2), 3)).toThrow(
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

/** Pixel by pixel, as {@link CropSteps} says. */
function cut(patch: Patch, drawn: AugmentationDraw | null, cropPx: number): Uint8Array {
  const { pixels, widthPx, heightPx } = patch;
  const [a, b, c, d, e, f] = cropSteps(drawn, patch, cropPx);
  const pixelOf = (at: number) => {
    const [column, row] = [at % cropPx, Math.floor(at / cropPx)];
    const x = Math.floor((a * column + b * row + c) / 65536);
    const y = Math.floor((d * column + e * row + f) / 65536);
    if (x < 0 || x >= widthPx || y < 0 || y >= heightPx) return [0, 0, 0];
    return [0, 1, 2].map((channel) => pixels[3 * (y * widthPx + x) + channel] as number);
  };
  return Uint8Array.from(Array.from({ length: cropPx * cropPx }, (_, at) => pixelOf(at)).flat());
}

function reds(pixels: Uint8Array): number[] {
  return [...pixels.filter((_, at) => at % 3 === 0)];
}
