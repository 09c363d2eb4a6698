/** Element types of ONNX, by its numbers. */
export const onnxTypes = { float: 1, uint8: 2, int64: 7 } as const;

export type OnnxType = keyof typeof onnxTypes;

/** A graph of ONNX ops, and what the file says of itself. */
export interface OnnxModel {
  /** The version of ONNX's own set of ops. */
  readonly opset: number;
  /** The version of histo that wrote it. */
  readonly producerVersion: string;
  /** In an order in which they can be computed. */
  readonly nodes: readonly OnnxNode[];
  /** Tensors of the graph by name. */
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: ReadonlyMap<string, string>;
}

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whole numbers, lists of them, or a float where it is marked as one. */
  readonly attributes: Readonly<Record<string, number | readonly number[] | OnnxFloat>>;
}

export interface OnnxFloat {
  readonly float: number;
}

export interface OnnxTensor {
  readonly type: OnnxType;
  readonly shape: readonly number[];
  /** The values as they lie in memory, little-endian, row by row. */
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** A name stands for a size that is told when the graph runs, as in `n`. */
  readonly shape: readonly (number | string)[];
}

/** Nodes, and the constants that they take. */
export interface GraphPart {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
}

/** A node of one output, which has the node's name. */
export function onnxNode(
  op: string,
  name: string,
  inputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { name, op, inputs, outputs: [name], attributes };
}

/** A float32 constant. */
export function floatConstant(shape: readonly number[], values: readonly number[]): OnnxTensor {
  return { type: 'float', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}
