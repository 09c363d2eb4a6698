import { byName, decodeOnnxGraph } from './decode-onnx-graph.js';
import { messageReader, once, type ReadMessage } from './message-reader.js';
import type { OnnxModel } from './onnx-model.js';

const mostBytes = 2 ** 27; // of what is read of a file; the names of all slides are among it

const modelFields = {
  irVersion: [1, 'int'],
  producer: [2, 'text'],
  producerVersion: [3, 'text'],
  domain: [4, 'text'],
  modelVersion: [5, 'int'],
  doc: [6, 'text'],
  graph: [7, 'bytes'],
  opsets: [8, 'bytes'],
  metadata: [14, 'bytes'],
  training: [20, 'bytes'],
  functions: [25, 'bytes'],
  configuration: [26, 'bytes'],
} as const;

/**
 * What a file says of where it comes from.
 *
 * @throws {RangeError} With the fault alone ("expected …, got …") if it is no ONNX file.
 */
export function onnxProducer(bytes: Uint8Array): {
  readonly name: string;
  readonly version: string;
} {
  const model = messageReader(mostBytes)(bytes, 'the file', modelFields);
  once(model.irVersion, 'version of the format');
  once(model.graph, 'graph');
  const [name = ''] = model.producer;
  const [version = ''] = model.producerVersion;
  return { name, version };
}

/**
 * Reads an ONNX file as `encodeOnnx` writes it: each thing once, and nothing else. All of it is bounded;
 * the bytes of tensors stay views of the file's.
 *
 * @throws {RangeError} With the fault alone ("expected …, got …"); the caller names the file.
 */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  const read = messageReader(mostBytes);
  const model = read(bytes, 'the file', modelFields);
  const { domain, modelVersion, doc, training, functions, configuration } = model;
  const others = [domain, modelVersion, doc, training, functions, configuration];
  if (others.some(({ length }) => length > 0)) {
    throw new RangeError('expected a graph and what it says of itself, got more beside it');
  }
  return {
    opset: opsetOf(read, once(model.opsets, 'set of ops')),
    producerVersion: once(model.producerVersion, 'version of the producer'),
    ...decodeOnnxGraph(read, once(model.graph, 'graph')),
    metadata: metadataOf(read, model.metadata),
  };
}

function opsetOf(read: ReadMessage, bytes: Uint8Array): number {
  const opset = read(bytes, 'a set of ops', { domain: [1, 'text'], version: [2, 'int'] });
  const domain = once(opset.domain, 'domain of ops');
  if (domain !== '') throw new RangeError("expected ONNX's own ops, got others");
  return once(opset.version, 'version of the ops');
}

function metadataOf(read: ReadMessage, entries: readonly Uint8Array[]): Map<string, string> {
  const pairs = entries.map((entry) => {
    const pair = read(entry, 'metadata', { key: [1, 'text'], value: [2, 'text'] });
    return [once(pair.key, 'key'), once(pair.value, 'value')] as const;
  });
  return byName(pairs, 'metadata');
}
