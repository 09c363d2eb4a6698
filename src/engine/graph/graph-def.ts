import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { writeMessage, writeShape, writeText } from './protobuf-fields.js';
import { attributeKindName, attributeKinds } from './tensor-types.js';

/** An attribute of an op as tfjs-node's kernels write it; an array is a list (or a shape). */
export interface OpAttribute {
  readonly name: string;
  /** One of `attributeKinds`. */
  readonly type: number;
  readonly value: unknown;
}

/** What is known of a tensor before it is computed. */
export interface TensorKind {
  readonly shape: number[];
  /** One of `dataTypes`. */
  readonly dtype: number;
}

/** One op of a graph. */
export interface GraphNode {
  /** Unique in its graph. */
  readonly name: string;
  /** TensorFlow's name of the op. */
  readonly op: string;
  /** Where each input comes from, as `node:output`; `^node` only waits for the node. */
  readonly inputs: readonly string[];
  readonly attributes: readonly OpAttribute[];
  /** The value of a `Const`. */
  readonly value?: ConstantValue;
  /** What is known of its outputs. */
  readonly outputs?: readonly TensorKind[];
  /** True if the op may compute in a smaller type. */
  readonly isReducible?: boolean;
}

/** A tensor that is part of a graph. */
export interface ConstantValue {
  readonly shape: readonly number[];
  /** One of `dataTypes`, but for strings. */
  readonly dtype: number;
  /** The values as they lie in memory, row by row. */
  readonly bytes: Uint8Array;
}

/** TensorFlow's graph version at 2.12; a lower one means outdated behaviour of some ops. */
const PRODUCER = 1395;

/**
 * A graph as TensorFlow reads it: a serialised GraphDef.
 *
 * @see tensorflow/core/framework/graph.proto, node_def.proto, attr_value.proto, tensor.proto
 */
export function encodeGraph(nodes: readonly GraphNode[]): Uint8Array {
  const graph = new BinaryWriter();
  for (const node of nodes) writeMessage(graph, 1, () => writeNode(graph, node));
  writeMessage(graph, 4, () => graph.tag(1, WireType.Varint).int32(PRODUCER));
  return graph.finish();
}

function writeNode(writer: BinaryWriter, { name, op, inputs, attributes, value }: GraphNode): void {
  writeText(writer, 1, name);
  writeText(writer, 2, op);
  for (const input of inputs) writeText(writer, 3, input);
  for (const attribute of attributes) {
    entry(writer, attribute.name, () => writeAttribute(writer, attribute));
  }
  if (value !== undefined) entry(writer, 'value', () => writeConstant(writer, value));
}

/** An entry of the map of attributes. */
function entry(writer: BinaryWriter, name: string, writeValue: () => void): void {
  writeMessage(writer, 5, () => {
    writeText(writer, 1, name);
    writeMessage(writer, 2, writeValue);
  });
}

const { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_INT, TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE } =
  attributeKinds;

/** Writes one value of a kind into an AttrValue or its ListValue, which number their fields alike. */
const WRITERS: Readonly<Record<number, (writer: BinaryWriter, value: never) => void>> = {
  [TF_ATTR_STRING]: (writer, value: string) => writeText(writer, 2, value),
  [TF_ATTR_INT]: (writer, value: number) => writer.tag(3, WireType.Varint).int64(Math.trunc(value)),
  [TF_ATTR_FLOAT]: (writer, value: number) => writer.tag(4, WireType.Bit32).float(value),
  [TF_ATTR_BOOL]: (writer, value: boolean) => writer.tag(5, WireType.Varint).bool(value),
  [TF_ATTR_TYPE]: (writer, value: number) => writer.tag(6, WireType.Varint).int32(value),
  [TF_ATTR_SHAPE]: (writer, value: number[]) =>
    writeMessage(writer, 7, () => writeShape(writer, value)),
};

function writeAttribute(writer: BinaryWriter, { name, type, value }: OpAttribute): void {
  const write = WRITERS[type];
  if (write === undefined) {
    throw new Error(
      `Cannot write attribute "${name}": expected one of the attribute kinds, got ${attributeKindName(type)}`,
    );
  }
  if (!Array.isArray(value) || type === TF_ATTR_SHAPE) {
    write(writer, value as never);
    return;
  }
  writeMessage(writer, 1, () => {
    for (const item of value) write(writer, item as never);
  });
}

function writeConstant(writer: BinaryWriter, { shape, dtype, bytes }: ConstantValue): void {
  writeMessage(writer, 8, () => {
    writer.tag(1, WireType.Varint).int32(dtype);
    writeMessage(writer, 2, () => writeShape(writer, shape));
    writer.tag(4, WireType.LengthDelimited).bytes(bytes);
  });
}
