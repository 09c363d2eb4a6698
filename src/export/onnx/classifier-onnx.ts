import type { CheckpointCard } from '../../checkpoint/card.js';
import { epsilon } from '../../model/batch-norm-layer.js';
import type { StateDict } from '../../model/state-dict.js';
import { histoVersion } from '../../version.js';
import { foldBatchNorm } from '../fold-batch-norm.js';
import {
  type InferenceLayer,
  inferenceLayers,
  type LayerWeight,
  lastLayer,
} from '../inference-layers.js';
import {
  floatConstant,
  type GraphPart,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  onnxNode,
} from './onnx-model.js';
import { patchPreprocessing } from './patch-preprocessing.js';

/** The version of ONNX's ops that models are written in: of 2022, so that runtimes since then read it. */
export const opset = 17;

/** How a classifier becomes an ONNX graph. */
export interface OnnxOptions {
  /** Whether BatchNorm becomes part of the layers beside it. */
  readonly isFolded: boolean;
  /**
   * Without, the graph takes `patches`, uint8 [n, height, width, 3], and gives `probability`, float32
   * [n, 2], and `logits`; bare, it takes `images`, float32 [n, 3, crop, crop], cut and normalised, and
   * gives `logits` alone.
   */
  readonly isBare: boolean;
}

/** What of a checkpoint's card its graph depends on. */
type ClassifierCard = Pick<CheckpointCard, 'architecture' | 'preprocessing' | 'chosen'>;

/**
 * A classifier as an ONNX graph.
 *
 * @param state All its arrays, as a checkpoint has them.
 * @param metadata What the file says of itself.
 */
export function classifierOnnx(
  card: ClassifierCard,
  state: StateDict,
  { isFolded, isBare }: OnnxOptions,
  metadata: Readonly<Record<string, string>>,
): OnnxModel {
  const weights = isFolded ? foldBatchNorm(state) : state;
  const { constants, weights: used, ...graph } = classifierGraph(card, { isFolded, isBare });
  return {
    ...graph,
    producerVersion: histoVersion,
    initializers: new Map([
      ...constants,
      ...used.map(({ name }) => [name, floats(weights, name)] as const),
    ]),
    metadata: new Map(Object.entries(metadata)),
  };
}

/** The graph of a classifier, but for the values of its weights. */
export interface ClassifierGraph extends Pick<OnnxModel, 'opset' | 'nodes' | 'inputs' | 'outputs'> {
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** The other initializers, all of them float. */
  readonly weights: readonly LayerWeight[];
}

/** What {@link classifierOnnx} writes for every classifier of such a card. */
export function classifierGraph(
  { architecture, preprocessing, chosen }: ClassifierCard,
  { isFolded, isBare }: OnnxOptions,
): ClassifierGraph {
  const { cropPx } = preprocessing;
  const layers = inferenceLayers(architecture, isFolded);
  const before = isBare ? nothing : patchPreprocessing(preprocessing);
  const behind = isBare ? nothing : probabilityOf(chosen.temperature);
  const logits = { name: 'logits', type: 'float', shape: ['n', architecture.classes] } as const;
  return {
    opset,
    nodes: [...before.nodes, ...layers.flatMap(nodesOf), ...behind.nodes],
    constants: new Map([...before.constants, ...behind.constants]),
    weights: layers.flatMap((layer) => layer.weights),
    inputs: isBare
      ? [{ name: 'images', type: 'float', shape: ['n', 3, cropPx, cropPx] }]
      : [{ name: 'patches', type: 'uint8', shape: ['n', 'height', 'width', 3] }],
    outputs: isBare ? [logits] : [{ ...logits, name: 'probability' }, logits],
  };
}

const nothing: GraphPart = { nodes: [], constants: new Map() };

/** The softmax of the logits, after the checkpoint's temperature where it has one. */
function probabilityOf(temperature: number | null): GraphPart {
  const softmax = (input: string) => onnxNode('Softmax', 'probability', [input], { axis: 1 });
  if (temperature === null) return { nodes: [softmax('logits')], constants: new Map() };
  const constants = new Map([['temperature', floatConstant([], [temperature])]]);
  const divided = onnxNode('Div', 'calibrated', ['logits', 'temperature']);
  return { nodes: [divided, softmax('calibrated')], constants };
}

function nodesOf(layer: InferenceLayer): OnnxNode[] {
  const { kind, name, inputs, weights } = layer;
  const all = [...inputs, ...weights.map((weight) => weight.name)];
  const output = name === lastLayer ? 'logits' : name;
  switch (kind) {
    case 'convolution': {
      const { stride, padding } = layer;
      const size = weights[0]?.shape[2] as number;
      const shape = { kernel_shape: [size, size], strides: [stride, stride] };
      return [onnxNode('Conv', output, all, { ...shape, pads: four(padding) })];
    }
    case 'batch-norm':
      return [onnxNode('BatchNormalization', output, all, { epsilon: { float: epsilon } })];
    case 'relu':
      return [onnxNode('Relu', output, all)];
    case 'sum':
      return [onnxNode('Add', output, all)];
    case 'max-pool': {
      const attributes = { kernel_shape: [3, 3], strides: [2, 2], pads: four(1) };
      return [onnxNode('MaxPool', output, all, attributes)];
    }
    case 'average-pool': {
      const pooled = `${name}.maps`;
      return [
        onnxNode('GlobalAveragePool', pooled, all),
        onnxNode('Flatten', output, [pooled], { axis: 1 }),
      ];
    }
    case 'linear':
      return [onnxNode('Gemm', output, all, { transB: 1 })];
  }
}

function four(padding: number): number[] {
  return [padding, padding, padding, padding];
}

function floats(weights: StateDict, name: string): OnnxTensor {
  const array = weights.get(name);
  if (array === undefined) throw new Error(`Cannot export: expected an array "${name}"`);
  const { buffer, byteOffset, byteLength } = array.data;
  return {
    type: 'float',
    shape: array.shape,
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
  };
}
