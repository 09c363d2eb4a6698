import * as tf from '@tensorflow/tfjs-core';
import { OutOfMemoryError } from '../out-of-memory-error.js';

interface WasmModule {
  _malloc: (bytes: number) => number;
  readonly _free: (address: number) => void;
}

/**
 * Makes the back-end tell when its memory, 4 GiB at most, is full. As it is, it takes the null that it
 * is given for an address, and writes tensors over what lies there.
 */
export function guardMalloc(): void {
  const { wasm } = tf.backend() as unknown as { readonly wasm: WasmModule };
  wasm._free(wasm._malloc(1)); // its first call puts another function in its place
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address !== 0) return address;
    throw new OutOfMemoryError(`WebAssembly has no ${bytes} bytes for a tensor`);
  };
}
