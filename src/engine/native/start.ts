import * as tf from '@tensorflow/tfjs-core';
import type { Terminal } from '../../terminal.js';
import { openBinding } from './binding.js';
import { type LibraryFiles, openLibrary, quietly } from './library.js';
import { newNodeBackend } from './tfjs-node-backend.js';

/** What a started TensorFlow says of itself. */
export interface NativeBackend {
  /** TensorFlow's own version, as in `2.21.0`. */
  readonly version: string;
  /** True if it found a GPU, where all computing then happens. */
  readonly isUsingGpu: boolean;
}

const NAME = 'tensorflow'; // its kernels are registered under it
let started: NativeBackend | null = null;

/**
 * Makes an installed TensorFlow the current back-end of tfjs-core; about a second, once in a
 * thread.
 *
 * @throws {UserError} If the files cannot be opened here.
 */
export async function startNative(files: LibraryFiles, terminal: Terminal): Promise<NativeBackend> {
  const api = openLibrary(files, terminal);
  if (started === null) {
    const binding = quietly(terminal, () => openBinding(api));
    const backend = newNodeBackend(binding);
    tf.registerBackend(NAME, () => backend);
    started = { version: binding.TF_Version, isUsingGpu: binding.isUsingGpuDevice() };
  }
  await tf.setBackend(NAME);
  return started;
}
