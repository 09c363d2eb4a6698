import type { GraphNode } from '../../engine/graph/graph-def.js';
import { dataTypes } from '../../engine/graph/tensor-types.js';
import { windowPadding } from '../../engine/ops/window-padding.js';
import { type InferenceLayer, lastLayer } from '../inference-layers.js';
import { graphNode, ints, ofBoolean, ofFloats, ofInts, ofText, ofType } from './graph-part.js';

const { TF_INT32 } = dataTypes;
const channelsLast = ofText('data_format', 'NHWC');

/**
 * Folded layers as TensorFlow's ops, channels last: `images`, [n, side, side, 3], to `logits`. Their
 * weights must be there under their own names, in the engine's layout.
 */
export function layerNodes(layers: readonly InferenceLayer[], sidePx: number): GraphNode[] {
  const sides = new Map([['images', sidePx]]); // of the square maps that each layer gives
  return layers.flatMap((layer) => {
    const side = sides.get(layer.inputs[0] as string) as number;
    const window = windowOf(layer);
    const padding = window && windowPadding(side, window.size, window.stride, window.padding);
    sides.set(layer.name, padding?.outputSize ?? side);
    return nodesOf(layer, padding?.kind ?? 'VALID', padding ?? { before: 0, after: 0 });
  });
}

/** What slides over the maps; null: nothing. */
function windowOf(layer: InferenceLayer) {
  if (layer.kind === 'max-pool') return { size: 3, stride: 2, padding: 1 };
  if (layer.kind !== 'convolution') return null;
  const { stride, padding, weights } = layer;
  return { size: weights[0]?.shape[2] as number, stride, padding };
}

function nodesOf(
  layer: InferenceLayer,
  padding: 'SAME' | 'VALID' | 'BEFOREHAND',
  { before, after }: { readonly before: number; readonly after: number },
): GraphNode[] {
  const { kind, name, inputs, weights } = layer;
  const [input = ''] = inputs;
  const [weight = '', bias = ''] = weights.map((one) => one.name);
  const output = name === lastLayer ? 'logits' : name;
  const product = `${name}.product`;
  const isPadded = padding === 'BEFOREHAND';
  const [x, ofPadding] = isPadded ? [`${name}.padded`, 'VALID'] : [input, padding];
  const sliding = [ofFloats, ofText('padding', ofPadding), channelsLast];
  const pad = isPadded ? padNodes(x, input, [before, after]) : [];
  const biased = graphNode('BiasAdd', output, [product, bias], [ofFloats, channelsLast]);
  switch (kind) {
    case 'convolution': {
      const strides = ofInts('strides', [1, layer.stride, layer.stride, 1]);
      const attributes = [...sliding, strides, ofInts('dilations', [1, 1, 1, 1])];
      return [...pad, graphNode('Conv2D', product, [x, weight], attributes), biased];
    }
    case 'max-pool': {
      const steps = [ofInts('ksize', [1, 3, 3, 1]), ofInts('strides', [1, 2, 2, 1])];
      return [...pad, graphNode('MaxPool', output, [x], [...sliding, ...steps])];
    }
    case 'relu':
      return [graphNode('Relu', output, inputs, [ofFloats])];
    case 'sum':
      return [graphNode('AddV2', output, inputs, [ofFloats])];
    case 'average-pool': {
      const attributes = [ofFloats, ofType('Tidx', TF_INT32), ofBoolean('keep_dims', false)];
      return [
        ints(`${name}.axes`, [1, 2]),
        graphNode('Mean', output, [input, `${name}.axes`], attributes),
      ];
    }
    case 'linear': {
      const asIs = [ofBoolean('transpose_a', false), ofBoolean('transpose_b', false)];
      return [graphNode('MatMul', product, [input, weight], [ofFloats, ...asIs]), biased];
    }
    case 'batch-norm':
      throw new Error(`Cannot export layer "${name}": expected it folded, got it by itself`);
  }
}

/** Zeros around maps; they never win a maximum, as what is pooled comes out of a rectifier. */
function padNodes(name: string, input: string, side: readonly [number, number]): GraphNode[] {
  const paddings = `${name}.paddings`;
  return [
    ints(paddings, [0, 0, ...side, ...side, 0, 0], [4, 2]),
    graphNode('Pad', name, [input, paddings], [ofFloats, ofType('Tpaddings', TF_INT32)]),
  ];
}
