import { counted } from '../../counted.js';
import type { Normalization } from '../../model/preprocess.js';
import { quote } from '../../quote.js';
import type { NamedWeights } from '../foreign-weights.js';
import { FormatError } from '../format-error.js';
import type { KerasLayer } from './keras-config.js';
import type { KerasLayers } from './keras-layers.js';
import { kerasToTorch } from './keras-to-torch.js';

/** Keras' ResNet takes ImageNet's means off values of 0 to 255, and divides by nothing. */
export const caffeNormalization: Normalization = {
  mean: [123.68 / 255, 116.779 / 255, 103.939 / 255],
  std: [1 / 255, 1 / 255, 1 / 255],
};

/**
 * The weights of a Keras ResNet. Its stride is v1: in a stage's first 1 x 1 convolution.
 *
 * @param format For people: `Keras` or `TensorFlow.js`.
 * @param config The model's layers; null: the file holds weights alone.
 * @throws {FormatError} If it is no ResNet of keras.applications' kind.
 */
export function kerasWeights(
  format: string,
  layers: KerasLayers,
  config: readonly KerasLayer[] | null,
): NamedWeights {
  const all = config === null ? [] : flattened(config);
  refuseOtherStrides(all);
  const epsilons = new Map(
    all.flatMap(({ name, epsilon }): [string, number][] =>
      epsilon === null ? [] : [[name, epsilon]],
    ),
  );
  const { tensors, leftOut } = kerasToTorch(layers, epsilons);
  if (!tensors.has('conv1.weight')) {
    throw new FormatError(
      `expected the layers of keras.applications' ResNet (conv1_conv, conv1_bn, conv2_block1_1_conv, …), got ${counted(layers.size, 'layer')} (${[...layers.keys()].slice(0, 5).map(quote).join(', ')}): use ResNet50, ResNet101 or ResNet152`,
    );
  }
  return {
    format,
    tensors,
    leftOut,
    stride: 'v1',
    normalization: caffeNormalization,
    place: null,
    metadata: new Map(),
  };
}

function flattened(layers: readonly KerasLayer[]): readonly KerasLayer[] {
  return layers.flatMap((layer) => [layer, ...flattened(layer.layers)]);
}

/** Keras pads a 3 x 3 convolution of stride 2 on two sides alone, which torch's cannot do. */
function refuseOtherStrides(layers: readonly KerasLayer[]): void {
  for (const { name, strides } of layers) {
    const place = /^conv(\d+)_block(\d+)_([0-3])_conv$/.exec(name);
    if (place === null || strides === null) continue;
    const [, stage, block, number] = place;
    const halves = Number(stage) > 2 && block === '1' && (number === '0' || number === '1');
    if (strides.every((stride) => stride === (halves ? 2 : 1))) continue;
    throw new FormatError(
      `expected stride ${halves ? 2 : 1} in layer ${quote(name)}, as in keras.applications' ResNet, got ${quote(strides)}: use ResNet50, ResNet101 or ResNet152`,
    );
  }
}
