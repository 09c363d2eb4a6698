import { dataTypeName, dataTypes } from '../graph/tensor-types.js';
import { OutOfMemoryError } from '../out-of-memory-error.js';
import type { CApi, Pointer } from './c-api.js';
import { int64sInC, readMemory, writeMemory } from './c-memory.js';
import type { Status } from './status.js';
import { encodeStrings, readStrings } from './tensor-strings.js';

/** A tensor that an op gave. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  /** One of `dataTypes`. */
  dtype: number;
}

/** What a tensor is made from: flat values, row by row, or the bytes of each string. */
export type TensorValues = ArrayBufferView | readonly Uint8Array[];

/** What a tensor is read as. */
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array | Uint8Array[];

const { TF_BOOL, TF_COMPLEX64, TF_FLOAT, TF_INT32, TF_INT64, TF_RESOURCE, TF_STRING, TF_UINT8 } =
  dataTypes;

/**
 * The array that values of a data type come in, and how many of its elements make one of the
 * tensor's: complex numbers are pairs of floats, 64-bit integers pairs of 32-bit words.
 */
const INPUTS = new Map([
  [TF_FLOAT, { array: Float32Array, parts: 1 }],
  [TF_INT32, { array: Int32Array, parts: 1 }],
  [TF_UINT8, { array: Uint8Array, parts: 1 }],
  [TF_BOOL, { array: Uint8Array, parts: 1 }],
  [TF_COMPLEX64, { array: Float32Array, parts: 2 }],
  [TF_INT64, { array: Int32Array, parts: 2 }],
] as [number, { array: new (length: number) => ArrayBufferView; parts: number }][]);

const OUTPUTS = new Map([
  [TF_FLOAT, Float32Array],
  [TF_INT32, Int32Array],
  [TF_UINT8, Uint8Array],
  [TF_BOOL, Uint8Array],
  [TF_COMPLEX64, Float32Array],
  [TF_INT64, BigInt64Array],
  [TF_RESOURCE, Uint8Array],
] as [number, new (buffer: ArrayBuffer) => Exclude<TensorData, Uint8Array[]>][]);

/**
 * Makes a tensor in the host's memory from a copy of the values.
 *
 * @returns A `TFE_TensorHandle`, the caller's to delete.
 * @throws {OutOfMemoryError} If there is no memory for it.
 * @throws {Error} If values, data type and shape do not fit together.
 */
export function newTensorHandle(
  api: CApi,
  status: Status,
  shape: readonly number[],
  dtype: number,
  values: TensorValues,
): Pointer {
  const bytes = dtype === TF_STRING ? stringBytes(shape, values) : plainBytes(shape, dtype, values);
  const tensor = api.TF_AllocateTensor(dtype, int64sInC(shape), shape.length, bytes.byteLength);
  if (tensor === 0) {
    throw new OutOfMemoryError(`TensorFlow has no ${bytes.byteLength} bytes for a tensor`);
  }
  try {
    writeMemory(api.TF_TensorData(tensor), bytes);
    const handle = api.TFE_NewTensorHandle(tensor, status.pointer);
    status.check('create', 'tensor');
    return handle;
  } finally {
    api.TF_DeleteTensor(tensor); // the handle holds the memory now
  }
}

/**
 * Copies a tensor's values out, from the GPU if need be.
 *
 * @throws {Error} If its data type has no array in JavaScript, or an op before it failed.
 */
export function readTensorHandle(api: CApi, status: Status, handle: Pointer): TensorData {
  const dtype = api.TFE_TensorHandleDataType(handle);
  const Output = OUTPUTS.get(dtype);
  if (Output === undefined && dtype !== TF_STRING) {
    throw new Error(
      `Cannot read "tensor": expected one of ${[...OUTPUTS.keys(), TF_STRING].map(dataTypeName).join(', ')}, got ${dataTypeName(dtype)}`,
    );
  }
  const tensor = api.TFE_TensorHandleResolve(handle, status.pointer);
  status.check('read', 'tensor');
  try {
    const data = api.TF_TensorData(tensor);
    if (Output === undefined) return readStrings(api, data, api.TF_TensorElementCount(tensor));
    const bytes = new Uint8Array(api.TF_TensorByteSize(tensor));
    readMemory(bytes, data);
    return new Output(bytes.buffer);
  } finally {
    api.TF_DeleteTensor(tensor);
  }
}

function plainBytes(shape: readonly number[], dtype: number, values: TensorValues) {
  const input = INPUTS.get(dtype);
  if (input === undefined || !(values instanceof input.array)) {
    throw new Error(
      `Cannot create "tensor": expected ${input?.array.name ?? 'a known data type'} for ${dataTypeName(dtype)}, got ${values?.constructor?.name}`,
    );
  }
  const length = (values as unknown as ArrayLike<number>).length;
  checkLength(shape, length, input.parts);
  return values;
}

function stringBytes(shape: readonly number[], values: TensorValues): Uint8Array {
  if (!Array.isArray(values) || !values.every((value) => value instanceof Uint8Array)) {
    throw new Error(
      `Cannot create "tensor": expected an array of Uint8Array for TF_STRING, got ${values?.constructor?.name}`,
    );
  }
  checkLength(shape, values.length, 1);
  return encodeStrings(values);
}

function checkLength(shape: readonly number[], length: number, parts: number): void {
  // TensorFlow ends the process over more dimensions, or sizes whose product is out of range.
  const product = shape.reduce((sum, size) => sum * Math.max(size, 1), 1);
  if (shape.length > 254 || !shape.every(isSize) || !Number.isSafeInteger(product)) {
    throw new Error(
      `Cannot create "tensor": expected a shape of whole numbers, got [${shape.join(', ')}]`,
    );
  }
  const elements = shape.includes(0) ? 0 : product;
  if (length !== elements * parts) {
    throw new Error(
      `Cannot create "tensor": expected ${elements * parts} values for shape [${shape.join(', ')}], got ${length}`,
    );
  }
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}
