import { describe, expect, it } from 'vitest';
import { createNormalizer } from '../../src/data/normalize.js';

describe('createNormalizer', () => {
  const pixels = Uint8Array.of(255, 128, 0, 10, 20, 30);

  it('writes (value / 255 - mean) / std of ImageNet at the offset', () => {
    const batch = new Float32Array(8);
    createNormalizer('rgb')(pixels, batch, 1);
    const expected = [
      0,
      (1 - 0.485) / 0.229,
      (128 / 255 - 0.456) / 0.224,
      -0.406 / 0.225,
      (10 / 255 - 0.485) / 0.229,
      (20 / 255 - 0.456) / 0.224,
      (30 / 255 - 0.406) / 0.225,
      0,
    ];
    // float32 has 7 digits
    for (const [at, value] of expected.entries()) expect(batch[at]).toBeCloseTo(value, 6);
  });

  it('swaps channels with bgr and leaves mean and deviation in their places', () => {
    const batch = new Float32Array(6);
    createNormalizer('bgr')(pixels, batch, 0);
    expect(batch[0]).toBeCloseTo((0 - 0.485) / 0.229, 6); // blue, by the figures of red
    expect(batch[1]).toBeCloseTo((128 / 255 - 0.456) / 0.224, 6);
    expect(batch[2]).toBeCloseTo((1 - 0.406) / 0.225, 6);
    expect(batch[3]).toBeCloseTo((30 / 255 - 0.485) / 0.229, 6);
  });
});
