import { attributeKinds, dataTypes } from '../graph/tensor-types.js';
import type { Binding } from './binding.js';

/** A file of TensorFlow's summary writer. */
export interface EventFile {
  /** Notes a serialised Event; its kernel writes the file now and then. */
  readonly add: (event: Uint8Array) => void;
  /** Writes what is noted. */
  readonly flush: () => void;
  /** Writes what is noted and ends the file. */
  readonly close: () => void;
}

const QUEUED_EVENTS = 10_000;
const FLUSH_MS = 10_000;
let opened = 0;

/**
 * Opens a new event file in a folder, which is made where it is missing. TensorFlow names it by time,
 * host, process and a counter.
 *
 * @throws {Error} With TensorFlow's own message, if the file cannot be written.
 * @see https://www.tensorflow.org/api_docs/python/tf/raw_ops/CreateSummaryFileWriter
 */
export function openEventFile(binding: Binding, folder: string): EventFile {
  const { TF_INT32, TF_STRING } = dataTypes;
  const bytes = (value: Uint8Array) => binding.createTensor([], TF_STRING, [value]);
  const text = (value: string) => bytes(Buffer.from(value));
  const whole = (value: number) => binding.createTensor([], TF_INT32, Int32Array.of(value));
  const writer = newWriter(binding, `${folder} ${opened++}`);
  const run = (op: string, inputs: readonly number[]) => {
    try {
      binding.executeOp(op, [], [writer, ...inputs], 0);
    } finally {
      for (const input of inputs) binding.deleteTensor(input);
    }
  };
  const close = () => {
    try {
      run('CloseSummaryWriter', []);
    } finally {
      binding.deleteTensor(writer);
    }
  };
  try {
    const limits = [whole(QUEUED_EVENTS), whole(FLUSH_MS)];
    run('CreateSummaryFileWriter', [text(folder), ...limits, text('.v2')]);
  } catch (error) {
    binding.deleteTensor(writer);
    throw error;
  }
  return {
    add: (event) => run('ImportEvent', [bytes(event)]),
    flush: () => run('FlushSummaryWriter', []),
    close,
  };
}

/** The id of a tensor that stands for a writer; one of the same name would be the same. */
function newWriter(binding: Binding, name: string): number {
  const text = (key: string, value: string) => ({
    name: key,
    type: attributeKinds.TF_ATTR_STRING,
    value,
  });
  const attributes = [text('shared_name', name), text('container', '')];
  const [handle] = binding.executeOp('SummaryWriter', attributes, [], 1);
  if (handle === undefined) throw new Error('Cannot open a summary writer: got no handle');
  return handle.id;
}
