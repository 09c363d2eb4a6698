import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { patchQuality, pixelFlaws } from '../../src/check/patch-quality.js';
import { drawPatch, readFixture } from './fixture-pixels.js';

const flawsOf = (patch: Parameters<typeof patchQuality>[0]) => pixelFlaws(patchQuality(patch));

describe('patchQuality', () => {
  it('measures what can be worked out by hand', () => {
    const chequered = drawPatch(4, (row, column) =>
      (row + column) % 2 === 0 ? [255, 255, 255] : [0, 0, 0],
    );
    // each inner pixel is 255 from its four neighbours: Laplacians of plus and minus 1020
    expect(patchQuality(chequered)).toEqual({
      colouredShare: 0,
      clippedShare: 1,
      variance: 127.5 ** 2,
      sharpness: 1020 ** 2,
    });
  });

  it('counts colours from a distance of 20 levels', () => {
    const patch = drawPatch(2, (row) => (row === 0 ? [100, 120, 110] : [100, 119, 110]));
    expect(patchQuality(patch).colouredShare).toBe(0.5);
  });

  it('has figures for a single pixel', () => {
    const quality = patchQuality(drawPatch(1, () => [255, 0, 7]));
    expect(quality).toEqual({
      colouredShare: 1,
      clippedShare: 2 / 3,
      variance: 0,
      sharpness: 0,
    });
  });
});

describe('pixelFlaws', () => {
  it('calls plain glass, plain dark and one plain colour blank', () => {
    const grain = (row: number, column: number) => (7 * row + 3 * column) % 3;
    for (const level of [20, 128, 240]) {
      const glass = drawPatch(96, (row, column) => {
        const value = level + grain(row, column);
        return [value, value, value];
      });
      expect(flawsOf(glass)).toEqual(['blank']);
    }
    expect(flawsOf(drawPatch(96, () => [200, 80, 160]))).toEqual(['blank']);
  });

  it('finds next to nothing wrong with real patches', async () => {
    const flaws = (await readFixture()).flatMap(flawsOf);
    expect(flaws.length).toBeLessThanOrEqual(5);
  });

  it('calls real patches out of focus once they are blurred, and not before', async () => {
    const patches = (await readFixture()).filter((patch) => flawsOf(patch).length === 0);
    const { widthPx: width, heightPx: height } = patches[0] as (typeof patches)[0];
    let found = 0;
    for (const patch of patches) {
      const image = sharp(patch.pixels, { raw: { width, height, channels: 3 } }).blur(4);
      const pixels = await image.raw().toBuffer();
      if (flawsOf({ ...patch, pixels }).join() === 'out_of_focus') found++;
    }
    expect(found / patches.length).toBeGreaterThan(0.95);
  });

  it('calls a patch saturated if more than a quarter of it is at an end', async () => {
    const [patch] = await readFixture();
    const padded = (share: number) => {
      const pixels = Uint8Array.from(patch?.pixels ?? []).fill(255, 0, share * 96 * 96 * 3);
      return flawsOf({ pixels, widthPx: 96, heightPx: 96, notice: null });
    };
    expect(padded(0)).toEqual([]);
    expect(padded(0.1)).toEqual([]);
    expect(padded(0.3)).toEqual(['saturated']);
  });
});
