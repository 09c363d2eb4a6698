import { type Architecture, blockConvolutions } from '../model/architecture.js';
import { type Parameter, parametersOf } from '../model/parameters.js';

/** An array that a layer computes with, in torch's layout. */
export interface LayerWeight {
  /** torchvision's name, as in `layer1.0.conv1.weight`; a folded BatchNorm leaves `….conv1.bias`. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** One layer of the forward pass in evaluation mode, on maps of any layout or on features [n, c]. */
export type InferenceLayer = {
  /** Of the layer and of what it gives; unique. */
  readonly name: string;
  /** The names of the layers whose results it takes; `images` is the network's input. */
  readonly inputs: readonly string[];
  /** Filter and bias; matrix and bias; BatchNorm's weight, bias, running mean and running variance. */
  readonly weights: readonly LayerWeight[];
} & (
  | { readonly kind: 'convolution'; readonly stride: number; readonly padding: number }
  | { readonly kind: 'batch-norm' | 'relu' | 'sum' | 'average-pool' | 'linear' }
  /** 3 x 3, stride 2, padding 1. */
  | { readonly kind: 'max-pool' }
);

/** The result of the last layer: the classes' logits, [n, classes]. */
export const lastLayer = 'head.fc2';

/**
 * The forward pass of a classifier as a list of layers in their order, for every format that it is
 * exported to. Dropout does nothing in evaluation mode and is left out.
 *
 * @param isFolded Whether BatchNorm is part of the convolutions and matrices beside it.
 */
export function inferenceLayers(
  architecture: Architecture,
  isFolded: boolean,
): readonly InferenceLayer[] {
  const build = layerBuilder(architecture, isFolded);
  let x = build.relu(build.convolution('images', 'conv1', 'bn1', { stride: 2, padding: 3 }));
  x = build.plain('max-pool', 'maxpool', [x]);
  for (const [stage, blocks] of architecture.blocks.entries()) {
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = addBlock(build, architecture, x, `layer${stage + 1}.${block}`, stride);
    }
  }
  x = build.norm(build.plain('average-pool', 'avgpool', [x]), 'head.bn1');
  x = build.relu(build.linear(x, 'head.fc1'));
  build.linear(build.norm(x, 'head.bn2'), lastLayer);
  return build.layers;
}

function addBlock(
  build: LayerBuilder,
  architecture: Architecture,
  input: string,
  name: string,
  stride: number,
): string {
  let y = input;
  const convolutions = blockConvolutions(architecture, stride);
  for (const [at, options] of convolutions.entries()) {
    y = build.convolution(y, `${name}.conv${at + 1}`, `${name}.bn${at + 1}`, options);
    if (at < convolutions.length - 1) y = build.relu(y);
  }
  const projection = `${name}.downsample.0`;
  const shortcut = build.has(projection)
    ? build.convolution(input, projection, `${name}.downsample.1`, { stride, padding: 0 })
    : input;
  return build.relu(build.plain('sum', `${name}.sum`, [y, shortcut]));
}

type LayerBuilder = ReturnType<typeof layerBuilder>;

/** Appends layers to a list; each method gives the name of the layer that it added. */
function layerBuilder(architecture: Architecture, isFolded: boolean) {
  const layers: InferenceLayer[] = [];
  const parameters = new Map(parametersOf(architecture).map((one) => [one.name, one]));
  const weightOf = (name: string): LayerWeight => {
    const { shape } = parameters.get(name) as Parameter;
    return { name, shape };
  };
  const add = (layer: InferenceLayer) => {
    layers.push(layer);
    return layer.name;
  };
  const norm = (input: string, name: string) => {
    const weights = ['weight', 'bias', 'running_mean', 'running_var'];
    if (isFolded) return input;
    return add({
      kind: 'batch-norm',
      name,
      inputs: [input],
      weights: weights.map((weight) => weightOf(`${name}.${weight}`)),
    });
  };
  return {
    layers,
    has: (convolution: string) => parameters.has(`${convolution}.weight`),
    norm,
    plain: (kind: 'sum' | 'max-pool' | 'average-pool', name: string, inputs: readonly string[]) =>
      add({ kind, name, inputs, weights: [] }),
    relu: (input: string) =>
      add({ kind: 'relu', name: `${input}.relu`, inputs: [input], weights: [] }),
    linear: (input: string, name: string) => {
      const weights = [weightOf(`${name}.weight`), weightOf(`${name}.bias`)];
      return add({ kind: 'linear', name, inputs: [input], weights });
    },
    convolution: (
      input: string,
      name: string,
      normName: string,
      options: { readonly stride: number; readonly padding: number },
    ) => {
      const filter = weightOf(`${name}.weight`);
      const bias = { name: `${name}.bias`, shape: filter.shape.slice(0, 1) };
      const weights = isFolded ? [filter, bias] : [filter];
      return norm(
        add({ kind: 'convolution', name, inputs: [input], weights, ...options }),
        normName,
      );
    },
  };
}
