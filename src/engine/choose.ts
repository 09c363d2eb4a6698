import { version_core } from '@tensorflow/tfjs-core';
import { UserError } from '../errors.js';
import type { Terminal } from '../terminal.js';
import { registerGradients } from './gradients.js';
import { findInstalledEngine, type InstalledEngine } from './native/folders.js';
import { startWasm } from './wasm/start.js';

/** What `--engine` takes. */
export type EngineChoice = 'auto' | 'native' | 'wasm';

/** The engine that runs: what tfjs-core's ops of this process are computed by. */
export interface Engine {
  readonly name: 'native' | 'wasm';
  readonly device: 'CPU' | 'CUDA';
  /** As in `TensorFlow 2.21.0` or `tfjs wasm 4.22.0`. */
  readonly version: string;
}

/** As in `native (TensorFlow 2.21.0, CPU)`. */
export function engineText({ name, version, device }: Engine): string {
  return `${name} (${version}, ${device})`;
}

const WASM_NOTE =
  'Engine: wasm, about 20 times slower in training than the native one: run "histo engine install" to have that';

/**
 * Makes an engine the current back-end of tfjs-core.
 *
 * @param choice `auto` takes the native one if it is installed, else wasm with one note.
 * @throws {UserError} If `native` is wanted and none is installed, or the installed one (also with
 *   `auto`) cannot be opened.
 */
export async function startEngine(choice: EngineChoice, terminal: Terminal): Promise<Engine> {
  const installed = choice === 'wasm' ? null : await findInstalledEngine();
  if (installed !== null) return startInstalled(installed, terminal);
  if (choice === 'native') {
    throw new UserError(
      'Cannot start engine "native": expected an installed TensorFlow, got none: run "histo engine install", or use --engine wasm, which is about 20 times slower',
    );
  }
  await startWasm();
  if (choice === 'auto') terminal.note(WASM_NOTE);
  return { name: 'wasm', device: 'CPU', version: `tfjs wasm ${version_core}` };
}

async function startInstalled(installed: InstalledEngine, terminal: Terminal): Promise<Engine> {
  // Only here, so that wasm runs where the package that calls C cannot.
  const { startNative } = await import('./native/start.js');
  const { version, isUsingGpu } = await startNative(installed, terminal);
  registerGradients();
  return {
    name: 'native',
    device: isUsingGpu ? 'CUDA' : 'CPU',
    version: `TensorFlow ${version}`,
  };
}
