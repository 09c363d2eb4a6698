import type { CApi, Pointer } from './c-api.js';
import { readMemory } from './c-memory.js';

/** Bytes of a `TF_TString` on a 64-bit machine. */
const STRING_BYTES = 24;

/** How many bytes a `TF_TString` holds within itself (the SMALL type, 0 in its lowest two bits). */
const SMALL_BYTES = 22;

/** The type in the lowest two bits of a `TF_TString`: its bytes lie at an offset from itself. */
const OFFSET_TYPE = 2;

/**
 * The memory of a string tensor: one `TF_TString` an element, then the bytes of the long ones.
 *
 * Long ones are of TensorFlow's OFFSET type, which lie in the tensor's own memory. The other type
 * for them has memory of its own, which TensorFlow does not free in a tensor from its C API. But a
 * copy of an OFFSET string points into the memory it was copied from: see `holdsLongStrings`.
 *
 * @see tensorflow/tsl/platform/ctstring_internal.h, TF_TString_Small and TF_TString_Offset
 */
export function encodeStrings(strings: readonly Uint8Array[]): Uint8Array {
  const header = strings.length * STRING_BYTES;
  const long = strings.filter(isLong);
  const total = long.reduce((sum, string) => sum + string.byteLength, header);
  if (total >= 2 ** 30) {
    throw new Error(`Cannot create "tensor": expected under 1 GiB of strings, got ${total} bytes`);
  }
  const bytes = new Uint8Array(total);
  const words = new Uint32Array(bytes.buffer, 0, header / 4);
  let place = header;
  for (const [index, string] of strings.entries()) {
    const start = index * STRING_BYTES;
    if (!isLong(string)) {
      bytes[start] = string.byteLength << 2;
      bytes.set(string, start + 1);
      continue;
    }
    words[start / 4] = (string.byteLength << 2) | OFFSET_TYPE; // size
    words[start / 4 + 1] = place - start; // offset
    words[start / 4 + 2] = 1; // count
    bytes.set(string, place);
    place += string.byteLength;
  }
  return bytes;
}

/**
 * Whether `encodeStrings` made OFFSET strings of some of them. Such a tensor must not live on: ops
 * copy its strings into other tensors, where they would point into its memory after it was freed.
 */
export function holdsLongStrings(strings: readonly Uint8Array[]): boolean {
  return strings.some(isLong);
}

function isLong(string: Uint8Array): boolean {
  return string.byteLength > SMALL_BYTES;
}

/** Copies the bytes of a string tensor's elements out. */
export function readStrings(api: CApi, data: Pointer, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const string = data + index * STRING_BYTES;
    const bytes = new Uint8Array(api.TF_StringGetSize(string));
    readMemory(bytes, api.TF_StringGetDataPointer(string));
    return bytes;
  });
}
