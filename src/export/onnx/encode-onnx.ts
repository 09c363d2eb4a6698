import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
  onnxTypes,
} from './onnx-model.js';

/** Parts of a file in their order; large tensors are among them as they are, not copied. */
type Chunks = readonly Uint8Array[];

const irVersion = 8; // of the file format: what came with opset 17
const producer = [int(1, irVersion), text(2, 'histo')];
const attributeTypes = { float: 1, int: 2, ints: 7 } as const;

/** The first bytes of every ONNX file that histo writes. */
export const onnxStart: Uint8Array = Buffer.concat(producer);

/**
 * A model as an ONNX file.
 *
 * @returns The file's parts in their order.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function encodeOnnx(model: OnnxModel): Chunks {
  return [
    ...producer,
    text(3, model.producerVersion),
    ...message(7, graph(model)),
    ...message(8, [text(1, ''), int(2, model.opset)]),
    ...[...model.metadata].flatMap(([key, value]) => message(14, [text(1, key), text(2, value)])),
  ];
}

function graph({ nodes, initializers, inputs, outputs }: OnnxModel): Chunks {
  return [
    ...nodes.flatMap((one) => message(1, node(one))),
    text(2, 'histo'),
    ...[...initializers].flatMap(([name, one]) => message(5, tensor(name, one))),
    ...inputs.flatMap((one) => message(11, value(one))),
    ...outputs.flatMap((one) => message(12, value(one))),
  ];
}

function node({ name, op, inputs, outputs, attributes }: OnnxNode): Chunks {
  return [
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    text(3, name),
    text(4, op),
    ...Object.entries(attributes).flatMap(([key, set]) => message(5, attribute(key, set))),
  ];
}

function attribute(name: string, set: OnnxNode['attributes'][string]): Chunks {
  if (typeof set === 'number') return [text(1, name), int(3, set), int(20, attributeTypes.int)];
  if ('float' in set) {
    const float = new BinaryWriter().tag(2, WireType.Bit32).float(set.float).finish();
    return [text(1, name), float, int(20, attributeTypes.float)];
  }
  return [text(1, name), ...set.map((item) => int(8, item)), int(20, attributeTypes.ints)];
}

function tensor(name: string, { type, shape, bytes }: OnnxTensor): Chunks {
  const sizes = shape.map((size) => int(1, size));
  return [...sizes, int(2, onnxTypes[type]), text(8, name), ...message(9, [bytes])];
}

function value({ name, type, shape }: OnnxValue): Chunks {
  const sizes = shape.map((size) => (typeof size === 'number' ? int(1, size) : text(2, size)));
  const shapeChunks = sizes.flatMap((size) => message(1, [size]));
  const tensorType = [int(1, onnxTypes[type]), ...message(2, shapeChunks)];
  return [text(1, name), ...message(2, message(1, tensorType))];
}

function int(field: number, number: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.Varint).int64(number).finish();
}

function text(field: number, value: string): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).string(value).finish();
}

function message(field: number, chunks: Chunks): Chunks {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return [
    new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish(),
    ...chunks,
  ];
}
