import type { ConstantValue, GraphNode, OpAttribute } from '../../engine/graph/graph-def.js';
import { attributeKinds } from '../../engine/graph/tensor-types.js';
import { histoVersion } from '../../version.js';
import type { SignatureTensor } from './encode-saved-model.js';

/** A graph model of TensorFlow.js as the files of its folder, by name. */
export type TfjsFiles = ReadonlyMap<string, string | Uint8Array>;

/** The file by which a graph model is loaded. */
export const tfjsModelFile = 'model.json';

const shardBytes = 2 ** 22; // as tfjs's own converter has it, so that browsers keep each
const typeNames: Readonly<Record<number, string>> = { 1: 'DT_FLOAT', 3: 'DT_INT32' };
const arrayNames: Readonly<Record<number, string>> = { 1: 'float32', 3: 'int32' };

/**
 * A graph as tfjs's `loadGraphModel` reads it: `model.json` and its constants in shards of 4 MiB.
 *
 * @param metadata What the model says of itself, as `userDefinedMetadata`.
 * @see https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-converter/docs/model_format.md
 */
export function encodeTfjsModel(
  nodes: readonly GraphNode[],
  inputs: readonly SignatureTensor[],
  outputs: readonly SignatureTensor[],
  metadata: Readonly<Record<string, string>>,
): TfjsFiles {
  const constants = nodes.flatMap(({ name, value }) => (value ? [{ name, value }] : []));
  const shards = shardsOf(constants.map(({ value }) => value.bytes));
  const paths = shards.map((_, at) => `group1-shard${at + 1}of${shards.length}.bin`);
  const model = {
    format: 'graph-model',
    generatedBy: `histo ${histoVersion}`,
    convertedBy: null,
    signature: { inputs: signature(inputs), outputs: signature(outputs) },
    modelTopology: { node: nodes.map(nodeOf), library: {}, versions: {} },
    weightsManifest: [{ paths, weights: constants.map(weightOf) }],
    userDefinedMetadata: metadata,
  };
  const named = paths.map((path, at) => [path, shards[at] as Uint8Array] as const);
  return new Map<string, string | Uint8Array>([[tfjsModelFile, JSON.stringify(model)], ...named]);
}

function shardsOf(parts: readonly Uint8Array[]): Uint8Array[] {
  const all = Buffer.concat(parts);
  const count = Math.ceil(all.length / shardBytes);
  return Array.from({ length: count }, (_, at) =>
    all.subarray(at * shardBytes, (at + 1) * shardBytes),
  );
}

function weightOf({ name, value }: { readonly name: string; readonly value: ConstantValue }) {
  return { name, shape: value.shape, dtype: arrayNames[value.dtype] };
}

function signature(tensors: readonly SignatureTensor[]) {
  const entries = tensors.map(({ name, dtype, shape }) => [
    name,
    { name: `${name}:0`, dtype: typeNames[dtype], tensorShape: shapeOf(shape) },
  ]);
  return Object.fromEntries(entries);
}

function nodeOf({ name, op, inputs, attributes }: GraphNode) {
  const attr = attributes.map((attribute) => [attribute.name, jsonOf(attribute)]);
  return { name, op, input: inputs, attr: Object.fromEntries(attr) };
}

const { TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE } = attributeKinds;

/** An AttrValue in protobuf's JSON. */
function jsonOf({ name, type, value }: OpAttribute): unknown {
  switch (type) {
    case TF_ATTR_BOOL:
      return { b: value };
    case TF_ATTR_INT:
      return Array.isArray(value) ? { list: { i: value.map(String) } } : { i: String(value) };
    case TF_ATTR_SHAPE:
      return { shape: shapeOf(value as number[]) };
    case TF_ATTR_STRING:
      return { s: Buffer.from(String(value)).toString('base64') };
    case TF_ATTR_TYPE:
      return { type: typeNames[value as number] };
    default:
      throw new Error(`Cannot write attribute "${name}": expected a kind that exports have`);
  }
}

function shapeOf(shape: readonly number[]) {
  return { dim: shape.map((size) => ({ size: String(size) })) };
}
