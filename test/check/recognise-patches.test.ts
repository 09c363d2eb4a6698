import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprintBytes, fingerprintPatch } from '../../src/check/fingerprint.js';
import { recognisePatches } from '../../src/check/recognise-patches.js';
import type { Patch } from '../../src/data/patch.js';
import { drawPatch, movePixels, readFixture } from './fixture-pixels.js';

let patches: Patch[] = [];
beforeAll(async () => {
  patches = (await readFixture()).slice(0, 12);
});

const rowsOf = (...some: readonly Patch[]) =>
  Uint8Array.from(some.flatMap((patch) => [...fingerprintPatch(patch)]));
const flipped = (patch: Patch) => movePixels(patch, (row, column, last) => [row, last - column]);
const white = drawPatch(96, () => [255, 255, 255]);
const glass = drawPatch(96, (row) => (row === 7 ? [236, 236, 236] : [240, 240, 240]));

describe('recognisePatches', () => {
  it('knows trained ones again, of whichever checkpoint and however they are turned', () => {
    const [a, b, c, d, e] = patches as [Patch, Patch, Patch, Patch, Patch];
    const known = [
      { train: rowsOf(a), valid: rowsOf(b) },
      { train: rowsOf(c), valid: rowsOf() },
    ];
    const { trained, validated } = recognisePatches(known, rowsOf(flipped(c), e, b, a, d));
    expect(trained).toEqual([
      { row: 0, kind: 'near' },
      { row: 3, kind: 'exact' },
    ]);
    expect(validated).toBe(1);
  });

  it('counts one that was trained on by one and validated another as both', () => {
    const [a, b] = patches as [Patch, Patch];
    const folds = [
      { train: rowsOf(a), valid: rowsOf(b) },
      { train: rowsOf(b), valid: rowsOf(a) },
    ];
    const { trained, validated } = recognisePatches(folds, rowsOf(a));
    expect(trained).toEqual([{ row: 0, kind: 'exact' }]);
    expect(validated).toBe(1);
  });

  it('knows a blank patch again by its very pixels', () => {
    const known = [{ train: rowsOf(...patches.slice(0, 2), glass), valid: rowsOf() }];
    const { trained } = recognisePatches(known, rowsOf(glass, flipped(glass), patches[3] as Patch));
    expect(trained).toEqual([
      { row: 0, kind: 'exact' },
      { row: 1, kind: 'exact' }, // the line lies as it lay
    ]);
  });

  it('recognises no patch of one colour, and says how many it could', () => {
    const known = [{ train: rowsOf(white, ...patches.slice(0, 2)), valid: rowsOf(white) }];
    const asked = rowsOf(white, ...patches.slice(2, 5));
    expect(recognisePatches(known, asked)).toEqual({ trained: [], validated: 0, recognisable: 3 });
    expect(asked.length).toBe(4 * fingerprintBytes);
  });
});
