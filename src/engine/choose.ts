import { version_core } from '@tensorflow/tfjs-core';
import { UserError } from '../errors.js';
import type { Terminal } from '../terminal.js';
import { registerGradients } from './gradients.js';
import { findInstalledEngine, type InstalledEngine } from './native/folders.js';
import { hasOnnxRuntime, onnxRuntimeVersion } from './onnx/onnx-session.js';
import { startWasm } from './wasm/start.js';

/** What `--engine` takes. */
export type EngineChoice = 'auto' | 'native' | 'wasm';

/** What it takes where nothing is trained: ONNX Runtime computes no gradients. */
export type ScoringEngineChoice = EngineChoice | 'onnx';

/** The engine that scores. */
export interface ScoringEngine {
  readonly name: 'native' | 'onnx' | 'wasm';
  readonly device: 'CPU' | 'CUDA';
  /** As in `TensorFlow 2.21.0`, `ONNX Runtime 1.30.0` or `tfjs wasm 4.22.0`. */
  readonly version: string;
}

/** The engine that runs: what tfjs-core's ops of this process are computed by. */
export interface Engine extends ScoringEngine {
  readonly name: 'native' | 'wasm';
}

/** As in `native (TensorFlow 2.21.0, CPU)` or `onnx (ONNX Runtime 1.30.0, CPU)`. */
export function engineText({ name, version, device }: ScoringEngine): string {
  return `${name} (${version}, ${device})`;
}

const WASM_NOTE =
  'Engine: wasm, about 20 times slower in training than the native one: run "histo engine install" to have that';
const ONNX_NOTE =
  'Engine: onnx, as no native one is installed: run "histo engine install" to have that, for training too';

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

/**
 * Makes ready what is to score, and nothing to train.
 *
 * @param choice `auto` takes the native engine if it is installed, else ONNX Runtime with one note, and
 *   where that is missing too wasm.
 * @throws {UserError} As {@link startEngine}, or if `onnx` is wanted and ONNX Runtime is not installed.
 */
export async function startScoringEngine(
  choice: ScoringEngineChoice,
  terminal: Terminal,
): Promise<ScoringEngine> {
  if (choice === 'onnx') return await onnxEngine();
  if (choice !== 'auto' || (await findInstalledEngine()) !== null || !(await hasOnnxRuntime())) {
    return await startEngine(choice, terminal);
  }
  terminal.note(ONNX_NOTE);
  return await onnxEngine();
}

async function onnxEngine(): Promise<ScoringEngine> {
  return { name: 'onnx', device: 'CPU', version: await onnxRuntimeVersion() };
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
