import { once, type ReadMessage } from './message-reader.js';
import {
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxType,
  type OnnxValue,
  onnxTypes,
} from './onnx-model.js';

/**
 * Reads the graph of an ONNX file: its nodes, tensors, inputs and outputs, and nothing else.
 *
 * @throws {RangeError} With the fault alone ("expected …, got …").
 */
export function decodeOnnxGraph(
  read: ReadMessage,
  bytes: Uint8Array,
): Pick<OnnxModel, 'nodes' | 'initializers' | 'inputs' | 'outputs'> {
  const graph = read(bytes, 'the graph', {
    nodes: [1, 'bytes'],
    name: [2, 'text'],
    initializers: [5, 'bytes'],
    inputs: [11, 'bytes'],
    outputs: [12, 'bytes'],
  });
  return {
    nodes: graph.nodes.map((node) => decodeNode(read, node)),
    initializers: byName(
      graph.initializers.map((tensor) => decodeTensor(read, tensor)),
      'tensor',
    ),
    inputs: graph.inputs.map((value) => decodeValue(read, value)),
    outputs: graph.outputs.map((value) => decodeValue(read, value)),
  };
}

function decodeNode(read: ReadMessage, bytes: Uint8Array): OnnxNode {
  const node = read(bytes, 'a node', {
    inputs: [1, 'text'],
    outputs: [2, 'text'],
    name: [3, 'text'],
    op: [4, 'text'],
    attributes: [5, 'bytes'],
  });
  const attributes = node.attributes.map((attribute) => decodeAttribute(read, attribute));
  return {
    name: once(node.name, 'name of a node'),
    op: once(node.op, 'op of a node'),
    inputs: node.inputs,
    outputs: node.outputs,
    attributes: Object.fromEntries(byName(attributes, 'attribute')),
  };
}

function decodeAttribute(read: ReadMessage, bytes: Uint8Array) {
  const { name, float, int, ints, type } = read(bytes, 'an attribute', {
    name: [1, 'text'],
    float: [2, 'float'],
    int: [3, 'int'],
    ints: [8, 'int'],
    type: [20, 'int'],
  });
  const kind = once(type, 'type of an attribute');
  const isSingle = float.length + int.length + Math.min(ints.length, 1) === 1;
  const value = kind === 1 ? floatOf(float) : kind === 2 ? int[0] : kind === 7 ? ints : undefined;
  if (!isSingle || value === undefined) {
    throw new RangeError('expected attributes of one value of their type, got others');
  }
  return [once(name, 'name of an attribute'), value] as const;
}

function floatOf([float]: readonly number[]) {
  return float === undefined ? undefined : { float };
}

function decodeTensor(read: ReadMessage, bytes: Uint8Array): readonly [string, OnnxTensor] {
  const tensor = read(bytes, 'a tensor', {
    shape: [1, 'int'],
    type: [2, 'int'],
    name: [8, 'text'],
    raw: [9, 'bytes'],
    external: [13, 'bytes'],
    location: [14, 'int'],
  });
  if (tensor.external.length + tensor.location.length > 0) {
    throw new RangeError('expected all weights in the file, got some in another (external data)');
  }
  const type = typeOf(once(tensor.type, 'type of a tensor'));
  const raw = once(tensor.raw, 'list of bytes of a tensor');
  return [once(tensor.name, 'name of a tensor'), { type, shape: tensor.shape, bytes: raw }];
}

function decodeValue(read: ReadMessage, bytes: Uint8Array): OnnxValue {
  const value = read(bytes, 'an input or output', { name: [1, 'text'], type: [2, 'bytes'] });
  const kind = read(once(value.type, 'type'), 'a type', { tensor: [1, 'bytes'] });
  const tensor = read(once(kind.tensor, 'type of a tensor'), 'a type', {
    type: [1, 'int'],
    shape: [2, 'bytes'],
  });
  const shape = read(once(tensor.shape, 'shape'), 'a shape', { sizes: [1, 'bytes'] });
  return {
    name: once(value.name, 'name of an input or output'),
    type: typeOf(once(tensor.type, 'type')),
    shape: shape.sizes.map((size) => {
      const { number, name } = read(size, 'a size', { number: [1, 'int'], name: [2, 'text'] });
      return once<number | string>([...number, ...name], 'size');
    }),
  };
}

function typeOf(code: number): OnnxType {
  const known = Object.entries(onnxTypes).find(([, number]) => number === code);
  if (known === undefined) throw new RangeError(`expected float, uint8 or int64, got type ${code}`);
  return known[0] as OnnxType;
}

/**
 * Pairs as a map.
 *
 * @param what The things are, for the error.
 * @throws {RangeError} If a name is there twice.
 */
export function byName<T>(pairs: readonly (readonly [string, T])[], what: string): Map<string, T> {
  const map = new Map(pairs);
  if (map.size < pairs.length) throw new RangeError(`expected each ${what} once, got one twice`);
  return map;
}
