import type { InferenceSession } from 'onnxruntime-node';
import { messageOf, UserError } from '../../errors.js';
import { OutOfMemoryError } from '../out-of-memory-error.js';

/** A model that ONNX Runtime has loaded. */
export interface OnnxSession {
  /**
   * Scores patches with a model that takes `patches` and gives `logits`. One batch after the other, on
   * all cores; the thread that calls waits for it.
   *
   * @param pixels Shape [size, heightPx, widthPx, 3], red first.
   * @returns Logits, shape [size, classes], row by row.
   * @throws {OutOfMemoryError} If the batch does not fit into memory.
   */
  readonly logits: (patches: {
    readonly pixels: Uint8Array;
    readonly size: number;
    readonly widthPx: number;
    readonly heightPx: number;
  }) => Promise<Float32Array>;
  /** Runs a model with what it takes, by name; gives all of its outputs, row by row. */
  readonly run: (
    given: Readonly<Record<string, OnnxInput>>,
  ) => Promise<Readonly<Record<string, Float32Array>>>;
  readonly close: () => Promise<void>;
}

const options = {
  logSeverityLevel: 4, // of what ONNX Runtime itself writes to standard error: its errors are thrown
  // Threads that wait sleep: spinning they take cores from what decodes patches, and from other programs.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
} as const;

/** Bytes or float32, with a shape. */
export interface OnnxInput {
  readonly values: Uint8Array | Float32Array;
  readonly shape: readonly number[];
}

/** True where ONNX Runtime is installed for this machine: an optional package, which npm may leave out. */
export async function hasOnnxRuntime(): Promise<boolean> {
  return import('onnxruntime-node').then(
    () => true,
    () => false,
  );
}

/** As in `ONNX Runtime 1.30.0`. */
export async function onnxRuntimeVersion(): Promise<string> {
  const { env } = await loadRuntime();
  return `ONNX Runtime ${env.versions.node ?? env.versions.common}`;
}

/**
 * Loads a model into ONNX Runtime, which computes on the processor, on all its cores.
 *
 * @param model The ONNX file's bytes. ONNX Runtime is no sandbox: give it only what histo wrote or has
 *   compared with what it would write.
 * @throws {UserError} If ONNX Runtime is not installed or cannot load the model.
 */
export async function openOnnxSession(model: Uint8Array): Promise<OnnxSession> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await create(InferenceSession.create, model);
  return {
    logits: async ({ pixels, size, widthPx, heightPx }) => {
      const patches = new Tensor('uint8', pixels, [size, heightPx, widthPx, 3]);
      const { logits } = await session.run({ patches }, ['logits']).catch(throwFault);
      return logits?.data as Float32Array;
    },
    run: async (given) => {
      const inputs = Object.entries(given).map(([name, { values, shape }]) => {
        const type = values instanceof Uint8Array ? 'uint8' : 'float32';
        return [name, new Tensor(type, values, shape)];
      });
      const outputs = Object.entries(await session.run(Object.fromEntries(inputs)));
      return Object.fromEntries(outputs.map(([name, { data }]) => [name, data as Float32Array]));
    },
    close: () => session.release(),
  };
}

/** Throws what a run threw; lack of memory by its name. */
function throwFault(error: unknown): never {
  const lack = /Failed to allocate memory .* of size (\d+)/.exec(messageOf(error));
  if (lack === null) throw error;
  throw new OutOfMemoryError(`ONNX Runtime has no ${lack[1]} bytes for a tensor`, { cause: error });
}

async function create(
  start: typeof InferenceSession.create,
  model: Uint8Array,
): Promise<InferenceSession> {
  try {
    return await start(model, options);
  } catch (error) {
    throw new UserError(
      `Cannot load the model into ONNX Runtime: expected one that it can run, got ${messageOf(error)}; export it again`,
      { cause: error },
    );
  }
}

async function loadRuntime() {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new UserError(
      'Cannot start ONNX Runtime: expected its package onnxruntime-node, got none for this machine; install histo again with npm install --ignore-scripts; a checkpoint is scored by the other engines without it',
      { cause: error },
    );
  }
}
