import type { Pointer } from './c-api.js';
import { koffi } from './koffi.js';

const process_ = koffi.load(null);
const copyIn = process_.func('uintptr_t memcpy(uintptr_t, const void *, size_t)');
const copyOut = process_.func('uintptr_t memcpy(void *, uintptr_t, size_t)');
const names = new Map<string, Pointer>();

/** Copies all bytes of `source` to `target`, where as many must have been allocated. */
export function writeMemory(target: Pointer, source: ArrayBufferView): void {
  if (source.byteLength > 0) copyIn(target, source, source.byteLength);
}

/** Fills `target` with the bytes that begin at `source`, where as many must be readable. */
export function readMemory(target: ArrayBufferView, source: Pointer): void {
  if (target.byteLength > 0) copyOut(target, source, target.byteLength);
}

/**
 * A name as a C string that lives as long as the process: for the few hundred names of ops and
 * attributes, to which TensorFlow may keep pointers.
 */
export function nameInC(name: string): Pointer {
  const known = names.get(name);
  if (known !== undefined) return known;
  const bytes = Buffer.from(`${name}\0`);
  const pointer = Number(koffi.address(koffi.alloc('char', bytes.length)));
  writeMemory(pointer, bytes);
  names.set(name, pointer);
  return pointer;
}

/**
 * Integers as C's `int64_t[]`: pairs of 32-bit words, low one first, which is several times
 * cheaper than a BigInt64Array.
 *
 * @param values Safe integers.
 */
export function int64sInC(values: readonly number[]): Int32Array {
  const words = new Int32Array(values.length * 2);
  for (const [index, value] of values.entries()) {
    words[2 * index] = value | 0;
    words[2 * index + 1] = Math.floor(value / 2 ** 32);
  }
  return words;
}

/** The pointer at an index of C's `void *[]`, laid over JavaScript's memory. */
export function pointerAt(words: Uint32Array, index: number): Pointer {
  return (words[2 * index] ?? 0) + (words[2 * index + 1] ?? 0) * 2 ** 32;
}

/** A copy of what a `TF_Buffer` holds: { const void *data; size_t length; … }. */
export function readBuffer(buffer: Pointer): Uint8Array {
  const words = new Uint32Array(4);
  readMemory(words, buffer);
  const bytes = new Uint8Array(pointerAt(words, 1));
  readMemory(bytes, pointerAt(words, 0));
  return bytes;
}
