import '@tensorflow/tfjs-backend-cpu';
import { registerGradients } from '../../../src/engine/gradients.js';
import { findInstalledEngine } from '../../../src/engine/native/folders.js';
import { startNative } from '../../../src/engine/native/start.js';
import { startWasm } from '../../../src/engine/wasm/start.js';
import { silentTerminal } from '../../../src/terminal.js';
import { hasNativeEngine } from '../../native-engine.js';

/**
 * The back-ends of tfjs-core that the engines are, wasm always, TensorFlow where it is installed;
 * they are held against `cpu`, tfjs's plain JavaScript one.
 */
export const backends: readonly ('tensorflow' | 'wasm')[] = hasNativeEngine
  ? ['tensorflow', 'wasm']
  : ['wasm'];

/** Starts all of them; tests choose by `tf.setBackend`. */
export async function startEngines(): Promise<void> {
  await startWasm();
  const installed = hasNativeEngine ? await findInstalledEngine() : null;
  if (installed !== null) await startNative(installed, silentTerminal);
  registerGradients();
}
