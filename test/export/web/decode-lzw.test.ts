import { describe, expect, it } from 'vitest';
import { decodeLzw } from '../../../web/scorer/decode-lzw.js';

describe('decodeLzw', () => {
  it('unpacks the example of the specification', () => {
    const codes = [256, 7, 258, 8, 8, 258, 6, 6, 257]; // TIFF 6.0, section 13
    expect([...decodeLzw(packed(codes), 9)]).toEqual([7, 7, 7, 8, 8, 7, 7, 6, 6]);
  });

  it('takes the end of the bytes for the end', () => {
    expect([...decodeLzw(packed([256, 65, 66]), 9)]).toEqual([65, 66]);
  });

  it('starts a new table where it is told to', () => {
    expect([...decodeLzw(packed([256, 1, 2, 256, 3, 258, 257]), 9)]).toEqual([1, 2, 3, 3, 3]);
  });

  it('refuses a code that means nothing yet', () => {
    expect(() => decodeLzw(packed([256, 7, 300]), 9)).toThrow(RangeError);
    expect(() => decodeLzw(packed([256, 258]), 9)).toThrow(RangeError);
  });

  it('refuses to unpack more than there is room for', () => {
    expect(() => decodeLzw(packed([256, 7, 258, 259, 257]), 5)).toThrow(
      'expected 5 bytes of a block, got more',
    );
  });
});

/** Codes of nine bits each, the highest bit first. */
function packed(codes: readonly number[]): Uint8Array {
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  const bytes = bits.padEnd(8 * Math.ceil(bits.length / 8), '1').match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}
