import type { GraphNode, OpAttribute } from '../../engine/graph/graph-def.js';
import { attributeKinds, dataTypes } from '../../engine/graph/tensor-types.js';

const { TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE } = attributeKinds;
const { TF_FLOAT, TF_INT32 } = dataTypes;

/** One of `dataTypes`, as an attribute. */
export function ofType(name: string, dtype: number): OpAttribute {
  return { name, type: TF_ATTR_TYPE, value: dtype };
}

/** The attribute `T` of ops on float32. */
export const ofFloats: OpAttribute = ofType('T', TF_FLOAT);

/** A whole number, or a list of them. */
export function ofInts(name: string, value: number | readonly number[]): OpAttribute {
  return { name, type: TF_ATTR_INT, value };
}

export function ofText(name: string, value: string): OpAttribute {
  return { name, type: TF_ATTR_STRING, value };
}

export function ofBoolean(name: string, value: boolean): OpAttribute {
  return { name, type: TF_ATTR_BOOL, value };
}

/** A node of one output, which is known by the node's name. */
export function graphNode(
  op: string,
  name: string,
  inputs: readonly string[],
  attributes: readonly OpAttribute[],
): GraphNode {
  return { name, op, inputs, attributes };
}

/** What is fed when the graph runs; -1 in the shape stands for any size. */
export function placeholder(name: string, dtype: number, shape: readonly number[]): GraphNode {
  const ofShape = { name: 'shape', type: TF_ATTR_SHAPE, value: shape };
  return graphNode('Placeholder', name, [], [ofType('dtype', dtype), ofShape]);
}

/** A float32 constant. */
export function floats(name: string, shape: readonly number[], values: Float32Array): GraphNode {
  return constant(name, TF_FLOAT, shape, values);
}

/** An int32 constant, of one axis where no shape is given. */
export function ints(
  name: string,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): GraphNode {
  return constant(name, TF_INT32, shape, Int32Array.from(values));
}

function constant(
  name: string,
  dtype: number,
  shape: readonly number[],
  { buffer, byteOffset, byteLength }: Float32Array | Int32Array,
): GraphNode {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const attributes = [ofType('dtype', dtype)];
  return { name, op: 'Const', inputs: [], attributes, value: { shape, dtype, bytes } };
}
