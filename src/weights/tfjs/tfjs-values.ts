import { decodeTensor } from '../../checkpoint/dtypes.js';
import { quote } from '../../quote.js';
import { FormatError } from '../format-error.js';
import type { KerasTensor } from '../keras/keras-layers.js';
import type { TfjsArray } from './tfjs-manifest.js';

const stored: Readonly<Record<string, { readonly dtype: string; readonly bytes: number }>> = {
  float32: { dtype: 'F32', bytes: 4 },
  int32: { dtype: 'I32', bytes: 4 },
  bool: { dtype: 'BOOL', bytes: 1 },
  float16: { dtype: 'F16', bytes: 2 },
  uint16: { dtype: 'U16', bytes: 2 },
  uint8: { dtype: 'U8', bytes: 1 },
};

/** Bytes that an array takes in the shards. */
export function bytesOfArray(array: TfjsArray): number {
  return array.shape.reduce((product, size) => product * size, storedAs(array).bytes);
}

/**
 * The numbers of an array; quantised ones are scaled back, as tfjs does it.
 *
 * @param bytes As many as `bytesOfArray` says.
 * @see tfjs-core/src/io/io_utils.ts, `decodeWeights`
 */
export function tfjsValues(array: TfjsArray, bytes: Uint8Array<ArrayBuffer>): KerasTensor {
  const { shape, quantization } = array;
  const values = decodeTensor(storedAs(array).dtype, bytes) as ArrayLike<number>; // never int64
  const { scale = 1, min = 0 } = quantization ?? {};
  const isPlain = scale === 1 && min === 0 && values instanceof Float32Array;
  return {
    shape,
    data: isPlain ? values : Float32Array.from(values, (value) => value * scale + min),
  };
}

function storedAs({ name, dtype, quantization }: TfjsArray) {
  const found = Object.hasOwn(stored, quantization?.dtype ?? dtype)
    ? stored[quantization?.dtype ?? dtype]
    : undefined;
  if (found !== undefined) return found;
  throw new FormatError(
    `expected numbers such as float32 in ${quote(name)}, got ${quote(dtype)}: convert the model again`,
  );
}
