/** What a tensor's numbers are held in. F16 and BF16 are widened to float32, which loses nothing. */
export type TensorData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | BigUint64Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

interface Dtype {
  readonly bytes: number;
  /** @param buffer Starts at an aligned offset and holds the tensor alone. */
  readonly decode: (buffer: ArrayBuffer, offset: number, length: number) => TensorData;
}

const dtypes: ReadonlyMap<string, Dtype> = new Map<string, Dtype>([
  ['F64', { bytes: 8, decode: (buffer, at, n) => new Float64Array(buffer, at, n) }],
  ['I64', { bytes: 8, decode: (buffer, at, n) => new BigInt64Array(buffer, at, n) }],
  ['U64', { bytes: 8, decode: (buffer, at, n) => new BigUint64Array(buffer, at, n) }],
  ['F32', { bytes: 4, decode: (buffer, at, n) => new Float32Array(buffer, at, n) }],
  ['I32', { bytes: 4, decode: (buffer, at, n) => new Int32Array(buffer, at, n) }],
  ['U32', { bytes: 4, decode: (buffer, at, n) => new Uint32Array(buffer, at, n) }],
  ['F16', { bytes: 2, decode: (buffer, at, n) => widen(new Uint16Array(buffer, at, n), halfBits) }],
  [
    'BF16',
    { bytes: 2, decode: (buffer, at, n) => widen(new Uint16Array(buffer, at, n), bfloatBits) },
  ],
  ['I16', { bytes: 2, decode: (buffer, at, n) => new Int16Array(buffer, at, n) }],
  ['U16', { bytes: 2, decode: (buffer, at, n) => new Uint16Array(buffer, at, n) }],
  ['I8', { bytes: 1, decode: (buffer, at, n) => new Int8Array(buffer, at, n) }],
  ['U8', { bytes: 1, decode: (buffer, at, n) => new Uint8Array(buffer, at, n) }],
  ['BOOL', { bytes: 1, decode: (buffer, at, n) => new Uint8Array(buffer, at, n) }],
]);

/** Bytes of one element, or undefined for a dtype that is not read. */
export function bytesOfDtype(dtype: string): number | undefined {
  return dtypes.get(dtype)?.bytes;
}

/**
 * The numbers of a tensor: a view where the bytes are aligned, else a copy.
 *
 * @param bytes Little-endian, as many as shape and dtype ask for.
 */
export function decodeTensor(dtype: string, bytes: Uint8Array<ArrayBuffer>): TensorData {
  const known = dtypes.get(dtype);
  if (known === undefined) throw new RangeError(`Cannot decode dtype "${dtype}": it is not known`);
  const aligned = bytes.byteOffset % known.bytes === 0 ? bytes : bytes.slice();
  return known.decode(aligned.buffer, aligned.byteOffset, aligned.byteLength / known.bytes);
}

/** The dtype's name for an array that is to be written. */
export function dtypeOf(data: TensorData): string {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  const isSigned = /^(Big)?Int/.test(data.constructor.name);
  return `${isSigned ? 'I' : 'U'}${data.BYTES_PER_ELEMENT * 8}`;
}

function widen(halves: Uint16Array, bitsOf: (half: number) => number): Float32Array {
  return new Float32Array(Uint32Array.from(halves, bitsOf).buffer);
}

function bfloatBits(half: number): number {
  return half << 16;
}

function halfBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  const shift = Math.clz32(fraction) - 21; // a subnormal half is a normal float32
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
