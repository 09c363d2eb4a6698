import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readLabels } from '../../src/data/labels.js';
import { readPlainTiff } from '../../src/data/plain-image.js';
import { readPatch } from '../../src/data/read-patch.js';
import { writeSyntheticPatches } from '../../src/data/synthetic.js';
import { touchesSquare } from '../../src/data/synthetic-nuclei.js';
import { syntheticPatch } from '../../src/data/synthetic-patch.js';
import { UserError } from '../../src/errors.js';
import { randomStream } from '../../src/rng.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();
const counts = { train: 24, test: 9, seed: 5 };

describe('writeSyntheticPatches', async () => {
  const first = join(folder, 'first');
  const data = await writeSyntheticPatches(first, counts);

  it("writes Kaggle's layout, which readLabels takes", async () => {
    expect(readdirSync(first).sort()).toEqual([
      'test',
      'test_labels.csv',
      'train',
      'train_labels.csv',
    ]);
    const [train, test] = await Promise.all([
      readLabels({
        labels: data.trainLabels,
        images: data.trainImages,
        groupColumn: null,
        limit: null,
      }),
      readLabels({
        labels: data.testLabels,
        images: data.testImages,
        groupColumn: null,
        limit: null,
      }),
    ]);
    expect([train.length, test.length]).toEqual([24, 9]);
    for (const { id } of [...train, ...test]) expect(id).toMatch(/^[0-9a-f]{40}$/);
    expect(new Set([...train, ...test].map(({ id }) => id)).size).toBe(33);
  });

  it('writes TIFFs that sharp reads alike', async () => {
    const name = readdirSync(data.trainImages)[0] ?? '';
    const path = join(data.trainImages, name);
    const patch = await readPatch(path);
    expect([patch.widthPx, patch.heightPx, patch.notice]).toEqual([96, 96, null]);
    expect(readPlainTiff(readFileSync(path))).toEqual(patch);
    const { data: pixels, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    expect(info.channels).toBe(3);
    expect(Buffer.compare(patch.pixels, pixels)).toBe(0);
  });

  it('writes the same bytes with the same seed, others with another', async () => {
    const again = await writeSyntheticPatches(join(folder, 'again'), counts);
    expect(readFileSync(again.trainLabels)).toEqual(readFileSync(data.trainLabels));
    for (const name of readdirSync(data.testImages)) {
      const [a, b] = [data, again].map(({ testImages }) => readFileSync(join(testImages, name)));
      expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
    }
    const other = await writeSyntheticPatches(join(folder, 'other'), { ...counts, seed: 6 });
    expect(readFileSync(other.trainLabels)).not.toEqual(readFileSync(data.trainLabels));
  });

  it('writes no labels once aborted', async () => {
    const stopped = join(folder, 'stopped');
    const reason = new Error('stop');
    const writing = writeSyntheticPatches(stopped, counts, AbortSignal.abort(reason));
    await expect(writing).rejects.toBe(reason);
    expect(readdirSync(stopped)).toEqual(['train']);
  });

  it('refuses a folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const writing = writeSyntheticPatches(file, counts);
    await expect(writing).rejects.toBeInstanceOf(UserError);
    await expect(writing).rejects.toThrow(
      `Cannot write patches to "${file}": expected a folder that can be written to, got "E`,
    );
  });
});

describe('syntheticPatch', () => {
  const patches = Array.from({ length: 300 }, (_, index) => syntheticPatch(randomStream(1, index)));

  it('is of label 1 in about 45 of 100', () => {
    const share = patches.filter(({ label }) => label === 1).length / patches.length;
    expect(Math.abs(share - 0.45)).toBeLessThan(0.115); // 4 standard deviations of 300 draws
  });

  it('has the colours of H&E: red above green, blue above green', () => {
    for (const { pixels } of patches.slice(0, 50)) {
      const means = [0, 1, 2].map(
        (channel) => pixels.filter((_, at) => at % 3 === channel).reduce((a, b) => a + b, 0) / 9216,
      );
      const [red = 0, green = 0, blue = 0] = means;
      expect(red).toBeGreaterThan(green);
      expect(blue).toBeGreaterThan(green);
    }
  });

  it('shows the label in the centre 32 x 32 px: darker where tumour is', () => {
    const means = patches.map(({ pixels, label }) => ({ label, mean: centreMean(pixels) }));
    const meanOf = (label: 0 | 1) => {
      const values = means.filter((patch) => patch.label === label).map(({ mean }) => mean);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    expect(meanOf(1)).toBeLessThan(meanOf(0) - 15);
  });
});

describe('touchesSquare', () => {
  const square = { from: 32, to: 64 };
  const nucleus = {
    isTumour: true,
    radiusPx: 5,
    elongation: 1,
    angle: 0,
    waviness: 0,
    rimPhase: 0,
    colour: [0, 0, 0],
    grain: 0,
    hasNucleolus: false,
  } as const;

  it.each([
    [48, 48, true],
    [27, 48, true], // its rim reaches column 32
    [25, 48, false],
    [27, 27, false], // 7.1 px from the corner
    [70.5, 64, false],
    [69, 64, true],
  ])('of a nucleus of 5 px at (%d, %d): %s', (x, y, touches) => {
    expect(touchesSquare({ ...nucleus, x, y }, square)).toBe(touches);
  });
});

function centreMean(pixels: Uint8ClampedArray): number {
  let sum = 0;
  for (let y = 32; y < 64; y++) {
    for (let at = 3 * (96 * y + 32); at < 3 * (96 * y + 64); at++) sum += pixels[at] ?? 0;
  }
  return sum / (32 * 32 * 3);
}
