import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { CApi } from './c-api.js';
import { readBuffer } from './c-memory.js';

/**
 * Tells how many inputs an op takes at most: Infinity where one of them is a list, and for ops that
 * are unknown.
 *
 * TensorFlow itself reads beyond the end of its table when an eager op gets an input too many, and
 * the process ends.
 *
 * @see tensorflow/core/framework/op_def.proto
 */
export function readInputLimits(api: CApi): (op: string) => number {
  const opDefs = new Map<string, Buffer>();
  for (const { bytes } of fieldsOf(readOpList(api))) opDefs.set(nameOf(bytes), bytes);
  const limits = new Map<string, number>();
  return (op) => {
    const known = limits.get(op);
    if (known !== undefined) return known;
    const opDef = opDefs.get(op);
    const limit = opDef === undefined ? Infinity : inputLimitOf(opDef);
    limits.set(op, limit);
    return limit;
  };
}

function readOpList(api: CApi): Uint8Array {
  const buffer = api.TF_GetAllOpList();
  try {
    return readBuffer(buffer);
  } finally {
    api.TF_DeleteBuffer(buffer);
  }
}

/** The numbers of protobuf fields in OpDef and, in it, ArgDef. */
const [NAME, INPUT_ARG, NUMBER_ATTR, TYPE_LIST_ATTR] = [1, 2, 5, 6];

function nameOf(opDef: Buffer): string {
  for (const { number, bytes } of fieldsOf(opDef)) if (number === NAME) return bytes.toString();
  return '';
}

function inputLimitOf(opDef: Buffer): number {
  const inputs = [...fieldsOf(opDef)].filter(({ number }) => number === INPUT_ARG);
  const hasList = inputs.some(({ bytes }) =>
    [...fieldsOf(bytes)].some(({ number }) => number === NUMBER_ATTR || number === TYPE_LIST_ATTR),
  );
  return hasList ? Infinity : inputs.length;
}

interface Field {
  readonly number: number;
  /** Empty for a field that is a plain number. */
  readonly bytes: Buffer;
}

/** The fields of a protobuf message, one after the other. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const isBytes = type === WireType.LengthDelimited;
    if (!isBytes) reader.skip(type);
    yield { number, bytes: Buffer.from(isBytes ? reader.bytes() : []) };
  }
}
