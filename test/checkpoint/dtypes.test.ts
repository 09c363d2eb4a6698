import { describe, expect, it } from 'vitest';
import { bytesOfDtype, decodeTensor, dtypeOf } from '../../src/checkpoint/dtypes.js';

function bytesOf(array: Uint16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer);
}

describe('decodeTensor', () => {
  it('widens halves as IEEE 754 has them', () => {
    const halves: [bits: number, value: number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x3c00, 1],
      [0xc000, -2],
      [0x3555, 0.333251953125], // the half nearest to 1/3
      [0x7bff, 65504], // the largest
      [0x0400, 2 ** -14], // the smallest normal
      [0x03ff, 1023 * 2 ** -24], // the largest subnormal
      [0x0001, 2 ** -24], // the smallest
      [0x8002, -(2 ** -23)],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x7e00, Number.NaN],
    ];
    const bits = Uint16Array.from(halves, ([half]) => half);
    expect([...decodeTensor('F16', bytesOf(bits))]).toEqual(halves.map(([, value]) => value));
  });

  it('widens bfloat16, which is the upper half of a float32', () => {
    const bits = Uint16Array.of(0x3f80, 0xc049, 0x0080, 0x0001, 0x7f80, 0x8000);
    expect([...decodeTensor('BF16', bytesOf(bits))]).toEqual([
      1,
      -3.140625,
      2 ** -126,
      2 ** -133,
      Number.POSITIVE_INFINITY,
      -0,
    ]);
  });

  it('reads numbers that are not aligned', () => {
    const bytes = new Uint8Array(9);
    new DataView(bytes.buffer).setFloat64(1, 0.1, true);
    expect([...decodeTensor('F64', bytes.subarray(1))]).toEqual([0.1]);
  });

  it('views aligned numbers without a copy', () => {
    const bytes = new Uint8Array(8);
    expect(decodeTensor('F32', bytes).buffer).toBe(bytes.buffer);
  });

  it('refuses a dtype that it does not know', () => {
    expect(() => decodeTensor('F8_E4M3', new Uint8Array(1))).toThrow(
      'Cannot decode dtype "F8_E4M3": it is not known',
    );
    expect(bytesOfDtype('F8_E4M3')).toBeUndefined();
  });
});

describe('dtypeOf', () => {
  it.each([
    [new Float32Array(1), 'F32'],
    [new Float64Array(1), 'F64'],
    [new BigInt64Array(1), 'I64'],
    [new BigUint64Array(1), 'U64'],
    [new Int32Array(1), 'I32'],
    [new Uint32Array(1), 'U32'],
    [new Int16Array(1), 'I16'],
    [new Uint16Array(1), 'U16'],
    [new Int8Array(1), 'I8'],
    [new Uint8Array(1), 'U8'],
  ])('of %o is %s', (data, name) => {
    expect(dtypeOf(data)).toBe(name);
    expect(bytesOfDtype(name)).toBe(data.BYTES_PER_ELEMENT);
  });
});
