import { describe, expect, it } from 'vitest';
import { cutPixels } from '../../../src/engine/ops/cut-pixels.js';

const one = 2 ** 16; // of 16.16 fixed point

describe('cutPixels', () => {
  // Two patches of 3 x 2 px, whose pixels have their number in all channels.
  const pixels = Uint8Array.from({ length: 36 }, (_, at) => 1 + Math.floor(at / 3));
  const patches = { pixels, size: 2, widthPx: 3, heightPx: 2 };
  const cut = (...steps: number[]) => {
    const crops = cutPixels({ ...patches, steps: Int32Array.from(steps) }, 2, new Uint8Array(24));
    return [...crops.filter((_, at) => at % 3 === 0)];
  };

  it('takes all patches by one set of steps', () => {
    // from (1, 0): x + 1, y
    expect(cut(one, 0, one, 0, one, 0)).toEqual([2, 3, 5, 6, 8, 9, 11, 12]);
  });

  it('takes each patch by its own: one mirrored, one transposed', () => {
    const mirrored = [-one, 0, 2 * one, 0, one, 0]; // 2 - x, y
    const transposed = [0, one, 0, one, 0, 0]; // y, x
    expect(cut(...mirrored, ...transposed)).toEqual([3, 2, 6, 5, 7, 10, 8, 11]);
  });

  it('leaves black what lies outside', () => {
    expect(cut(one, 0, -one, 0, one, one)).toEqual([0, 4, 0, 0, 0, 10, 0, 0]);
  });
});
