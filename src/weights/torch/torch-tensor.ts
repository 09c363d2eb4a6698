import { bytesOfDtype, decodeTensor, type TensorData } from '../../checkpoint/dtypes.js';
import { quote } from '../../quote.js';
import type { ForeignTensor } from '../foreign-weights.js';
import { FormatError } from '../format-error.js';

/** A run of numbers that tensors share; its bytes lie outside the pickle. */
export class TorchStorage {
  constructor(
    readonly key: string,
    /** As in safetensors: `F32`, `I64`. */
    readonly dtype: string,
    /** Numbers in it. */
    readonly length: number,
    /** Where it starts in that of its key, in numbers: not 0 for old views alone. */
    readonly start: number,
  ) {}
}

/** A view of a storage, by strides in numbers. What it says of itself has not been checked. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly offset: unknown,
    readonly shape: unknown,
    readonly strides: unknown,
  ) {}
}

/** Where the bytes of storages are. */
export interface StorageBytes {
  /** @throws {FormatError} If there is none of this key. */
  readonly of: (key: string) => Uint8Array<ArrayBuffer>;
  readonly isBigEndian: boolean;
}

const mostAxes = 8;

/**
 * The numbers of a tensor in the order of its shape: a view where they lie so in the file, else a copy.
 *
 * @param name For the error.
 * @param mostValues What it may have at most.
 * @throws {FormatError} If shape, strides or offset lead out of the storage.
 */
export function torchTensorValues(
  name: string,
  tensor: TorchTensor,
  storages: StorageBytes,
  mostValues: number,
): ForeignTensor {
  const { storage, offset } = tensor;
  const [shape, strides] = [tensor.shape, tensor.strides];
  if (!isCounts(shape) || !isCounts(strides) || !isCounts([offset, storage.length])) {
    throw broken(name, 'shape, strides and offset of whole numbers from 0');
  }
  if (shape.length !== strides.length || shape.length > mostAxes) {
    throw broken(name, 'a stride for each axis');
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (count > mostValues) throw broken(name, 'tensors that fit into memory');
  const first = storage.start + (offset as number);
  const reach =
    count === 0 ? 0 : 1 + sumOf(shape.map((size, axis) => (size - 1) * at(strides, axis)));
  if ((offset as number) + reach > storage.length) throw broken(name, 'numbers inside its storage');
  const width = bytesOfDtype(storage.dtype) as number;
  const bytes = storages.of(storage.key);
  if ((first + reach) * width > bytes.length) throw broken(name, 'as many bytes as numbers');
  const part = bytes.subarray(first * width, (first + reach) * width);
  const data = decodeTensor(storage.dtype, storages.isBigEndian ? swapped(part, width) : part);
  return { shape, data: isPlain(shape, strides) ? data : gathered(data, shape, strides, count) };
}

/** Whether the numbers lie in the order of the shape, none left out. */
function isPlain(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (at(shape, axis) !== 1 && at(strides, axis) !== step) return false;
    step *= at(shape, axis);
  }
  return true;
}

function gathered<T extends TensorData>(
  source: T,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): T {
  const result = new (source.constructor as new (length: number) => T)(count);
  const place = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    result[to] = source[from] as number & bigint;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = at(place, axis) + 1;
      from += at(strides, axis);
      if (at(place, axis) < at(shape, axis)) break;
      from -= at(strides, axis) * at(shape, axis);
      place[axis] = 0;
    }
  }
  return result;
}

function swapped(bytes: Uint8Array<ArrayBuffer>, width: number): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  const view = Buffer.from(copy.buffer);
  if (width === 2) view.swap16();
  if (width === 4) view.swap32();
  if (width === 8) view.swap64();
  return copy;
}

function at(values: readonly number[], axis: number): number {
  return values[axis] as number;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function broken(name: string, expected: string): FormatError {
  return new FormatError(
    `expected ${expected}, got others in tensor ${quote(name)}: it is damaged; download or save it again`,
  );
}
