import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import type { Patch } from '../../src/data/patch.js';

/**
 * Loads the model into ONNX Runtime, on one thread: more would need headers of the server's.
 *
 * @returns The log-odds of the second class of a patch.
 */
export async function openNetwork(
  model: ArrayBuffer,
  runtime: ArrayBuffer,
): Promise<(patch: Patch) => Promise<number>> {
  env.wasm.wasmBinary = runtime;
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(new Uint8Array(model));
  return async ({ pixels, widthPx, heightPx }) => {
    const patches = new Tensor('uint8', pixels, [1, heightPx, widthPx, 3]);
    const { logits } = await session.run({ patches }, ['logits']);
    const [first = Number.NaN, second = Number.NaN] = (logits as Tensor).data as Float32Array;
    return second - first;
  };
}
