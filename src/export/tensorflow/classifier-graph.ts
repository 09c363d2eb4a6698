import type { CheckpointCard } from '../../checkpoint/card.js';
import type { GraphNode } from '../../engine/graph/graph-def.js';
import { engineShape, toEngineLayout } from '../../model/layout.js';
import { type Parameter, parametersOf } from '../../model/parameters.js';
import type { NamedArray, StateDict } from '../../model/state-dict.js';
import { foldBatchNorm } from '../fold-batch-norm.js';
import { inferenceLayers } from '../inference-layers.js';
import { floats, graphNode, ofFloats, placeholder } from './graph-part.js';
import { layerNodes } from './layer-nodes.js';
import { patchPreprocessing } from './patch-preprocessing.js';

/** Any number of patches of any size. */
export const patchesShape: readonly number[] = [-1, -1, -1, 3];

/**
 * A classifier as a graph of TensorFlow's ops, with its weights as constants and BatchNorm part of the
 * layers beside it: `patches`, [n, height, width, 3], to `probability`, float32 [n, 2], and `logits`.
 *
 * Only ops that tfjs has too, in its wasm and WebGL back-ends.
 *
 * @param state All its arrays, as a checkpoint has them.
 * @param patchType Of the values in [0, 255] that go in: `TF_UINT8`, or `TF_INT32` for tfjs, which has
 *   no bytes.
 * @returns In an order in which they can be computed.
 */
export function classifierGraph(
  card: Pick<CheckpointCard, 'architecture' | 'preprocessing' | 'chosen'>,
  state: StateDict,
  patchType: number,
): GraphNode[] {
  const { architecture, preprocessing, chosen } = card;
  const layers = inferenceLayers(architecture, true);
  const weights = foldBatchNorm(state);
  const parameters = new Map(parametersOf(architecture).map((one) => [one.name, one]));
  const used = layers.flatMap((layer) => layer.weights);
  return [
    placeholder('patches', patchType, patchesShape),
    ...patchPreprocessing(preprocessing, patchType),
    ...used.map(({ name }) => weightNode(name, weights.get(name), parameters.get(name))),
    ...layerNodes(layers, preprocessing.cropPx),
    ...probabilityNodes(chosen.temperature),
  ];
}

/** @param parameter Absent where folding left a bias that the checkpoint has not. */
function weightNode(name: string, array?: NamedArray, parameter?: Parameter): GraphNode {
  if (array === undefined) throw new Error(`Cannot export: expected an array "${name}"`);
  const { shape, data } = array;
  if (parameter === undefined) return floats(name, shape, data);
  return floats(name, engineShape(parameter), toEngineLayout(parameter, data));
}

/** The softmax of the logits, after the checkpoint's temperature where it has one. */
function probabilityNodes(temperature: number | null): GraphNode[] {
  const softmax = (input: string) => graphNode('Softmax', 'probability', [input], [ofFloats]);
  if (temperature === null) return [softmax('logits')];
  return [
    floats('temperature', [], Float32Array.of(temperature)),
    graphNode('RealDiv', 'calibrated', ['logits', 'temperature'], [ofFloats]),
    softmax('calibrated'),
  ];
}
