import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { findTwins } from '../../src/check/find-twins.js';
import { fingerprintBytes, fingerprintPatch } from '../../src/check/fingerprint.js';
import { isBlank, patchQuality } from '../../src/check/patch-quality.js';
import { turns } from '../../src/check/turns.js';
import { readLabels } from '../../src/data/labels.js';
import type { Patch } from '../../src/data/patch.js';
import { readPatch } from '../../src/data/read-patch.js';
import { hasShared, sharedPath } from '../shared-data.js';
import { drawPatch, movePixels, readFixture } from './fixture-pixels.js';

let patches: Patch[] = [];
beforeAll(async () => {
  patches = await readFixture();
});

function fingerprintsOf(some: readonly Patch[]): Uint8Array {
  const rows = new Uint8Array(some.length * fingerprintBytes);
  for (const [row, patch] of some.entries())
    rows.set(fingerprintPatch(patch), row * fingerprintBytes);
  return rows;
}

async function asJpeg(patch: Patch, quality: number): Promise<Patch> {
  const raw = { width: patch.widthPx, height: patch.heightPx, channels: 3 } as const;
  const jpeg = await sharp(patch.pixels, { raw }).jpeg({ quality }).toBuffer();
  return { ...patch, pixels: await sharp(jpeg).raw().toBuffer() };
}

/** Where each pixel of a turned patch comes from, written out once more. */
const moves: Readonly<
  Record<string, (row: number, column: number, last: number) => [number, number]>
> = {
  none: (row, column) => [row, column],
  'rotate-90': (row, column, last) => [last - column, row],
  'rotate-180': (row, column, last) => [last - row, last - column],
  'rotate-270': (row, column, last) => [column, last - row],
  'flip-horizontal': (row, column, last) => [row, last - column],
  'flip-vertical': (row, column, last) => [last - row, column],
  transpose: (row, column) => [column, row],
  transverse: (row, column, last) => [last - column, last - row],
};

describe('among real patches', () => {
  it.runIf(hasShared)('finds none among JPEGs of other slides', { timeout: 60_000 }, async () => {
    const [labels, images] = ['valid_labels.csv', 'valid'].map((name) =>
      sharedPath('data', 'pcam-jpeg', name),
    ) as [string, string];
    const some = await readLabels({ labels, images, groupColumn: null, limit: 1000 });
    const others = await Promise.all(some.map(({ path }) => readPatch(path)));
    expect(findTwins(fingerprintsOf([...patches, ...others]))).toEqual([]);
  });

  it('finds none where none repeats another', () => {
    expect(findTwins(fingerprintsOf(patches))).toEqual([]);
  });

  it.each(turns)(
    'finds all but the nearly blank that are there again as JPEGs, %s',
    async (turn) => {
      const move = moves[turn] as (typeof moves)[string];
      const seen = patches.filter((patch) => patchQuality(patch).variance > 50);
      expect(seen.length).toBeGreaterThan(150);
      const qualities = [50, 75, 95];
      const again: Patch[] = [];
      for (const [row, patch] of seen.entries()) {
        const quality = qualities[row % qualities.length] as number;
        again.push(movePixels(await asJpeg(patch, quality), move));
      }
      const groups = findTwins(fingerprintsOf([...seen, ...again]));
      expect(groups.map(({ rows }) => rows)).toEqual(
        seen.map((_, row) => [row, row + seen.length]),
      );
      const pairs = groups.flatMap((group) => group.pairs);
      expect(new Set(pairs.map((pair) => `${pair.kind} ${pair.turn}`))).toEqual(
        new Set([`near ${turn}`]),
      );
      expect(Math.max(...pairs.map(({ distance }) => distance))).toBeLessThan(2);
    },
  );

  it('finds copies to the last pixel, and calls them exact', () => {
    const [a, b, c] = patches as [Patch, Patch, Patch];
    expect(findTwins(fingerprintsOf([a, b, a, c, a, c]))).toEqual([
      {
        rows: [0, 2, 4],
        pairs: [
          { first: 0, second: 2, kind: 'exact', turn: 'none', distance: 0 },
          { first: 0, second: 4, kind: 'exact', turn: 'none', distance: 0 },
        ],
      },
      {
        rows: [3, 5],
        pairs: [{ first: 3, second: 5, kind: 'exact', turn: 'none', distance: 0 }],
      },
    ]);
  });

  it('holds a copy with one other value for near, not exact', () => {
    const [patch] = patches as [Patch];
    const pixels = Uint8Array.from(patch.pixels);
    pixels[500] = (pixels[500] as number) ^ 1;
    const [group] = findTwins(fingerprintsOf([patch, { ...patch, pixels }]));
    expect(group?.pairs).toMatchObject([{ kind: 'near', turn: 'none' }]);
  });

  it('joins what is alike through a third one into one group, by one pair less than patches', async () => {
    const [patch] = patches as [Patch];
    const some = [patch, await asJpeg(patch, 50), movePixels(patch, (y, x, last) => [y, last - x])];
    const [group, ...others] = findTwins(fingerprintsOf([...some, patch]));
    expect(others).toEqual([]);
    expect(group?.rows).toEqual([0, 1, 2, 3]);
    expect(group?.pairs).toHaveLength(3);
  });
});

describe('of blank patches', () => {
  const specked = (at: number) =>
    drawPatch(96, (row) => (row === at ? [236, 236, 236] : glassColour));
  const glassColour = [240, 240, 240] as const;

  it('finds copies to the last pixel and nothing near', () => {
    const some = [specked(10), specked(11), specked(10), specked(12)];
    expect(some.every((patch) => isBlank(patchQuality(patch)))).toBe(true);
    expect(findTwins(fingerprintsOf(some))).toEqual([
      { rows: [0, 2], pairs: [{ first: 0, second: 2, kind: 'exact', turn: 'none', distance: 0 }] },
    ]);
  });

  it('finds the blank ones of the fixture again, as TIFFs copied byte by byte are', () => {
    const blank = patches.filter((patch) => isBlank(patchQuality(patch)));
    const groups = findTwins(fingerprintsOf([...patches, ...blank]));
    expect(groups).toHaveLength(blank.length);
  });
});

it('does not look at patches of one colour, however many', () => {
  const glass = drawPatch(96, () => [240, 240, 240]);
  expect([...fingerprintPatch(glass)]).toEqual(Array(fingerprintBytes).fill(0));
  expect(findTwins(fingerprintsOf([glass, glass, glass]))).toEqual([]);
});

it('keeps patches of the same bytes and other sides apart', () => {
  const noise = Uint8Array.from({ length: 3 * 24 * 24 }, (_, at) => (at * at * 31) % 251);
  const wide = { pixels: noise, widthPx: 36, heightPx: 16, notice: null };
  const high = { pixels: noise, widthPx: 16, heightPx: 36, notice: null };
  expect(findTwins(fingerprintsOf([wide, high]))).toEqual([]);
});

it('has nothing to say of nothing', () => {
  expect(findTwins(new Uint8Array(0))).toEqual([]);
});
