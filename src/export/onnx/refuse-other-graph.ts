import { isDeepStrictEqual } from 'node:util';
import type { CheckpointCard } from '../../checkpoint/card.js';
import { quote } from '../../quote.js';
import type { LayerWeight } from '../inference-layers.js';
import { type ClassifierGraph, classifierGraph } from './classifier-onnx.js';
import type { OnnxModel, OnnxNode, OnnxTensor } from './onnx-model.js';

/**
 * Holds a graph against the one that histo writes for a card, preprocessing inside, BatchNorm folded or
 * not: every node, constant, input and output, and the names and shapes of the weights.
 *
 * @throws {RangeError} With the first difference alone ("expected …, got …").
 */
export function refuseOtherGraph(model: OnnxModel, card: CheckpointCard): void {
  const isFolded = !model.initializers.has('bn1.weight');
  const wanted = classifierGraph(card, { isFolded, isBare: false });
  if (model.opset !== wanted.opset) {
    throw new RangeError(`expected opset ${wanted.opset}, got ${model.opset}`);
  }
  for (const side of ['inputs', 'outputs'] as const) {
    if (isDeepStrictEqual(model[side], wanted[side])) continue;
    throw new RangeError(`expected the ${side} ${namesOf(wanted[side])}, got others`);
  }
  refuseOtherNodes(model.nodes, wanted.nodes);
  refuseOtherTensors(model.initializers, wanted);
}

/** True of a graph that takes images which were cut and normalised before. */
export function isBare({ inputs }: Pick<OnnxModel, 'inputs'>): boolean {
  return inputs.length === 1 && inputs[0]?.name === 'images';
}

function refuseOtherNodes(nodes: readonly OnnxNode[], wanted: readonly OnnxNode[]): void {
  for (const [at, expected] of wanted.entries()) {
    const node = nodes[at];
    if (node !== undefined && isDeepStrictEqual(node, asWritten(expected))) continue;
    throw new RangeError(
      `expected node ${at + 1} to be ${expected.op} "${expected.name}" as histo writes it, got ${differing(node, expected)}`,
    );
  }
  if (nodes.length > wanted.length) {
    throw new RangeError(`expected ${wanted.length} nodes, got ${nodes.length}`);
  }
}

function differing(node: OnnxNode | undefined, { op, name }: OnnxNode): string {
  if (node === undefined) return 'none';
  if (node.op === op && node.name === name) return 'other inputs or attributes';
  return quote(`${node.op} ${node.name}`);
}

/** A node whose floats are rounded as a file has them. */
function asWritten({ attributes, ...node }: OnnxNode): OnnxNode {
  const rounded = Object.entries(attributes).map(([name, value]) => {
    const isFloat = typeof value === 'object' && 'float' in value;
    return [name, isFloat ? { float: Math.fround(value.float) } : value];
  });
  return { ...node, attributes: Object.fromEntries(rounded) };
}

function refuseOtherTensors(
  tensors: OnnxModel['initializers'],
  { constants, weights }: ClassifierGraph,
): void {
  for (const [name, constant] of constants) {
    const tensor = tensors.get(name);
    if (tensor !== undefined && isSameTensor(tensor, constant)) continue;
    throw new RangeError(`expected the constant "${name}" as the card says, got another`);
  }
  for (const weight of weights) refuseOtherShape(tensors.get(weight.name), weight);
  const count = constants.size + weights.length;
  if (tensors.size === count) return;
  throw new RangeError(`expected ${count} tensors, got ${tensors.size}`);
}

function isSameTensor(a: OnnxTensor, b: OnnxTensor): boolean {
  const isAlike = a.type === b.type && isDeepStrictEqual(a.shape, b.shape);
  return isAlike && Buffer.compare(a.bytes, b.bytes) === 0;
}

function refuseOtherShape(tensor: OnnxTensor | undefined, { name, shape }: LayerWeight): void {
  const bytes = shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
  const isAlike = tensor?.type === 'float' && isDeepStrictEqual(tensor.shape, shape);
  if (isAlike && tensor.bytes.length === bytes) return;
  const got = tensor === undefined ? 'none' : `${tensor.type} [${tensor.shape.join(', ')}]`;
  throw new RangeError(
    `expected ${quote(name)} to be float [${shape.join(', ')}], got ${got} of ${tensor?.bytes.length ?? 0} bytes`,
  );
}

function namesOf(values: OnnxModel['inputs']): string {
  return values
    .map(({ name, type, shape }) => `${name} (${type} [${shape.join(', ')}])`)
    .join(', ');
}
