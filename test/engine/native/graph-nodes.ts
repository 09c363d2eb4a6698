import type { GraphNode } from '../../../src/engine/graph/graph-def.js';
import { attributeKinds, dataTypes } from '../../../src/engine/graph/tensor-types.js';

/** An attribute that is a data type; float32 if none is said. */
export function typeOf(name: string, value: number = dataTypes.TF_FLOAT) {
  return { name, type: attributeKinds.TF_ATTR_TYPE, value };
}

/** An op whose one attribute is its type `T`, float32. */
export function node(name: string, op: string, ...inputs: string[]): GraphNode {
  return { name, op, inputs, attributes: [typeOf('T')] };
}

/** A float32 tensor that every run is given. */
export function placeholder(name: string, shape: readonly number[]): GraphNode {
  const attributes = [
    typeOf('dtype'),
    { name: 'shape', type: attributeKinds.TF_ATTR_SHAPE, value: shape },
  ];
  return { name, op: 'Placeholder', inputs: [], attributes };
}

/** The product of two matrices, float32. */
export function matMul(name: string, a: string, b: string): GraphNode {
  const flags = ['transpose_a', 'transpose_b'].map((flag) => ({
    name: flag,
    type: attributeKinds.TF_ATTR_BOOL,
    value: false,
  }));
  return { ...node(name, 'MatMul', a, b), attributes: [typeOf('T'), ...flags] };
}
