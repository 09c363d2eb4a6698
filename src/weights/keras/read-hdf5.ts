import { Worker } from 'node:worker_threads';
import { messageOf } from '../../errors.js';
import { shortened } from '../../quote.js';
import { FormatError } from '../format-error.js';
import { type Hdf5Answer, type Hdf5Limits, hdf5Worker } from './hdf5-worker.js';
import type { KerasArray } from './keras-layers.js';

/** The arrays of an HDF5 file, and the text of its attribute `model_config`. */
export interface Hdf5Contents {
  readonly arrays: readonly KerasArray[];
  /** Null: it has none. */
  readonly modelConfig: string | null;
}

const limits: Hdf5Limits = {
  objects: 20_000, // Keras' ResNet-152 has 5,000
  depth: 16,
  values: 2 ** 26,
  valuesOfOne: 2 ** 24, // ResNet-50's largest has 2.4 million
  heapBytes: 2 ** 28,
  textBytes: 2 ** 24,
};
const heapLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };
const signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** What bounds one reading. */
export interface Hdf5Options {
  readonly signal: AbortSignal;
  /** By the clock. Default: two minutes, where a sound file of 100 MB takes a second or two. */
  readonly timeoutMs?: number;
}

/** Whether bytes are an HDF5 file's. */
export function isHdf5(bytes: Uint8Array): boolean {
  return signature.equals(bytes.subarray(0, signature.length));
}

/**
 * Reads every array of floats in an HDF5 file, in a thread of its own that is ended when it takes too long
 * or too much memory. Some 0.3 s to start it.
 *
 * @param bytes Given away: they are the thread's then, and the array is empty.
 * @throws {FormatError} If the file is damaged or beyond what weights may be.
 * @throws {Error} The signal's reason, if it is aborted.
 */
export async function readHdf5(
  bytes: Uint8Array<ArrayBuffer>,
  { signal, timeoutMs = 120_000 }: Hdf5Options,
): Promise<Hdf5Contents> {
  signal.throwIfAborted();
  const worker = new Worker(hdf5Worker, {
    eval: true,
    workerData: { library: import.meta.resolve('h5wasm'), bytes, limits },
    transferList: bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : [],
    resourceLimits: heapLimits,
    stdout: true, // HDF5 tells its faults there as well
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  try {
    const answer = await answerOf(
      worker,
      AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    );
    if (!('fault' in answer)) return answer;
    throw damaged(shortened(answer.fault));
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof FormatError ? error : damaged(shortened(messageOf(error)));
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, signal: AbortSignal): Promise<Hdf5Answer> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(damaged('one that takes too long to read'));
    signal.addEventListener('abort', onAbort, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(damaged('one that its reader could not bear')));
    worker.once('exit', () => signal.removeEventListener('abort', onAbort));
  });
}

function damaged(got: string): FormatError {
  return new FormatError(
    `expected a sound HDF5 file of a ResNet's weights, got ${got}: download or save it again`,
  );
}
