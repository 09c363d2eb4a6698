import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from '../gradients.js';
import { registerConv2dGradients } from './conv2d-gradients.js';
import { guardMalloc } from './guard-malloc.js';
import { registerMaxPoolGradient } from './max-pool-gradient.js';

const NAME = 'wasm'; // its kernels are registered under it

/**
 * Makes tfjs's WebAssembly back-end the current one of tfjs-core, and able to train. It computes in
 * one thread, with SIMD where the processor has it.
 *
 * @throws {Error} If its binaries cannot be read or compiled.
 */
export async function startWasm(): Promise<void> {
  const isFirst = tf.findBackend(NAME) === null;
  if (isFirst) {
    // Imported only here, since the package registers its back-end while it loads.
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(binariesFolder());
    registerConv2dGradients(NAME);
    registerMaxPoolGradient(NAME);
    registerGradients();
  }
  if (!(await tf.setBackend(NAME))) {
    throw new Error(
      `Cannot start engine "${NAME}": expected its binaries in "${binariesFolder()}", got none that run here`,
    );
  }
  if (isFirst) guardMalloc();
}

/** The folder of the .wasm files, which lie beside the package's main module. */
function binariesFolder(): string {
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return dirname(main) + sep;
}
