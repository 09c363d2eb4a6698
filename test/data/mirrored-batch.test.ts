import { describe, expect, it } from 'vitest';
import { cropSteps } from '../../src/data/augment.js';
import type { Batch } from '../../src/data/batches.js';
import { mirroredBatch } from '../../src/data/mirrored-batch.js';

/** Patches of 2 x 1 px, grey, a value a pixel. */
function greys(values: readonly number[]): Batch {
  const size = { widthPx: 2, heightPx: 1 };
  return {
    pixels: Uint8Array.from(values.flatMap((value) => [value, value, value])),
    steps: Int32Array.from(cropSteps(null, size, 1)),
    labels: Int32Array.of(-1, -1),
    ids: ['a', 'b'],
    size: 2,
    ...size,
  };
}

describe('mirroredBatch', () => {
  it('mirrors patches at their edges, again and again', () => {
    const { pixels, widthPx, heightPx, steps, ids } = mirroredBatch(greys([1, 2, 3, 4]), 5);
    expect([widthPx, heightPx, ids]).toEqual([5, 5, ['a', 'b']]);
    const row = (left: number, right: number) => [left, right, right, left, left];
    const rows = [...Array(5).fill(row(1, 2)), ...Array(5).fill(row(3, 4))].flat();
    expect(Array.from(pixels.filter((_, at) => at % 3 === 0))).toEqual(rows);
    expect(Array.from(steps)).toEqual(cropSteps(null, { widthPx: 5, heightPx: 5 }, 5));
  });

  it('leaves large enough patches as they are', () => {
    const batch = greys([1, 2, 3, 4]);
    expect(mirroredBatch(batch, 1)).toEqual(batch);
  });
});
