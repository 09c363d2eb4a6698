import { describe, expect, it } from 'vitest';
import { d4Views } from '../../src/model/d4-views.js';
import { meanOverViews } from '../../src/model/mean-over-views.js';

const one = 2 ** 16;
const batch = {
  pixels: new Uint8Array(12),
  steps: Int32Array.of(one, 0, 0, 0, one, 0),
  size: 1,
  widthPx: 2,
  heightPx: 2,
};

describe('meanOverViews', () => {
  it('is one pass over the batch as it is without test-time augmentation', async () => {
    const logits = Float32Array.of(1, 2);
    const seen: unknown[] = [];
    const pass = async (view: unknown) => {
      seen.push(view);
      return logits;
    };
    expect(await meanOverViews(batch, { cropPx: 2, tta: null }, pass)).toBe(logits);
    expect(seen).toEqual([batch]);
  });

  it('is the mean of the eight views, one after the other', async () => {
    const seen: Int32Array[] = [];
    const pass = async ({ steps }: { readonly steps: Int32Array }) => {
      seen.push(steps);
      return Float32Array.of(seen.length, -2 * seen.length);
    };
    const means = await meanOverViews(batch, { cropPx: 2, tta: 'd4' }, pass);
    expect(means).toEqual(Float32Array.of(4.5, -9)); // of 1 to 8
    expect(seen).toEqual(d4Views(batch, 2).map(({ steps }) => steps));
  });
});
