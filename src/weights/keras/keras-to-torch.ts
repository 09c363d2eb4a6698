import { epsilon as torchEpsilon } from '../../model/batch-norm-layer.js';
import { quote } from '../../quote.js';
import type { ForeignTensor } from '../foreign-weights.js';
import { FormatError } from '../format-error.js';
import type { KerasLayers, KerasTensor, LayerArrays } from './keras-layers.js';
import { type TorchvisionLayer, torchvisionLayer } from './keras-names.js';

/** What keras.applications' ResNet adds to variances. */
const kerasEpsilon = 1.001e-5;

/** Tensors under torchvision's names, and the layers that no backbone has. */
export interface TorchTensors {
  readonly tensors: Map<string, ForeignTensor>;
  readonly leftOut: readonly string[];
}

/**
 * The layers of a Keras ResNet as torch's, with the same outputs: filters from HWIO to OIHW; a convolution's
 * bias taken off the mean of the BatchNorm behind it; the difference of the two epsilons added to the
 * variance; and the first filters turned from BGR, which Keras' ResNet is fed with, to RGB.
 *
 * @param epsilons Of BatchNorm layers by name, where the file says them.
 * @throws {FormatError} If a layer of the backbone is not as in a ResNet.
 */
export function kerasToTorch(
  layers: KerasLayers,
  epsilons: ReadonlyMap<string, number>,
): TorchTensors {
  const tensors = new Map<string, ForeignTensor>();
  const leftOut: string[] = [];
  const biases = new Map<string, KerasTensor>();
  for (const [layer, arrays] of layers) {
    const place = torchvisionLayer(layer);
    const bias = arrays.get('bias');
    if (place?.norm && bias !== undefined) biases.set(place.norm, bias);
  }
  for (const [layer, arrays] of layers) {
    const place = torchvisionLayer(layer);
    if (place === null) leftOut.push(layer);
    else if (place.kind === 'classifier') addClassifier(tensors, place, arrays);
    else if (place.kind === 'convolution') addConvolution(tensors, place, layer, arrays);
    else addNorm(tensors, place, layer, arrays, biases.get(layer), epsilons.get(layer));
  }
  return { tensors, leftOut };
}

function addConvolution(
  tensors: Map<string, ForeignTensor>,
  { name }: TorchvisionLayer,
  layer: string,
  arrays: LayerArrays,
): void {
  refuseOthers(layer, arrays, ['kernel', 'bias']);
  const kernel = wanted(layer, arrays, 'kernel', 4);
  tensors.set(`${name}.weight`, filterOf(kernel, name === 'conv1'));
}

function addNorm(
  tensors: Map<string, ForeignTensor>,
  { name }: TorchvisionLayer,
  layer: string,
  arrays: LayerArrays,
  bias: KerasTensor | undefined,
  epsilon: number = kerasEpsilon,
): void {
  refuseOthers(layer, arrays, ['gamma', 'beta', 'moving_mean', 'moving_variance']);
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
    (array) => wanted(layer, arrays, array, 1),
  ) as [KerasTensor, KerasTensor, KerasTensor, KerasTensor];
  if (bias !== undefined && bias.data.length !== mean.data.length) {
    throw new FormatError(
      `expected a bias of ${mean.data.length} numbers before layer ${quote(layer)}, got ${bias.data.length}: it is damaged; download or save it again`,
    );
  }
  tensors.set(`${name}.weight`, floats(gamma));
  tensors.set(`${name}.bias`, floats(beta));
  const meanOf = (value: number, at: number) => value - (bias?.data[at] ?? 0);
  tensors.set(`${name}.running_mean`, floats(mean, meanOf));
  const varianceOf = (value: number) => value + (epsilon - torchEpsilon);
  tensors.set(`${name}.running_var`, floats(variance, varianceOf));
}

/** The last layer, where it is a dense one: [in, out] to [out, in]. */
function addClassifier(
  tensors: Map<string, ForeignTensor>,
  { name }: TorchvisionLayer,
  arrays: LayerArrays,
): void {
  const [kernel, bias] = [arrays.get('kernel'), arrays.get('bias')];
  if (kernel?.shape.length !== 2 || bias === undefined) return;
  const [inputs = 0, outputs = 0] = kernel.shape;
  const data = new Float32Array(kernel.data.length);
  for (let at = 0; at < data.length; at++) {
    data[at] = kernel.data[(at % inputs) * outputs + Math.floor(at / inputs)] as number;
  }
  tensors.set(`${name}.weight`, { shape: [outputs, inputs], data });
  tensors.set(`${name}.bias`, floats(bias));
}

/** @param isSwapped Whether the channels that come in go the other way round. */
function filterOf({ shape, data }: KerasTensor, isSwapped: boolean): ForeignTensor {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = shape;
  const result = new Float32Array(data.length);
  const places = height * width;
  let to = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const from = isSwapped ? inputs - 1 - input : input;
      for (let place = 0; place < places; place++) {
        result[to++] = data[(place * inputs + from) * outputs + output] as number;
      }
    }
  }
  return { shape: [outputs, inputs, height, width], data: result };
}

function floats(
  { shape, data }: KerasTensor,
  change: (value: number, at: number) => number = (value) => value,
): ForeignTensor {
  return { shape, data: Float32Array.from(data, (value, at) => change(value, at)) };
}

function wanted(layer: string, arrays: LayerArrays, name: string, axes: number): KerasTensor {
  const array = arrays.get(name);
  if (array?.shape.length === axes) return array;
  throw new FormatError(
    `expected ${quote(name)} of ${axes === 1 ? 'one axis' : `${axes} axes`} in layer ${quote(layer)}, got ${array === undefined ? 'none' : `[${array.shape.join(', ')}]`}: use keras.applications' ResNet50, ResNet101 or ResNet152`,
  );
}

function refuseOthers(layer: string, arrays: LayerArrays, known: readonly string[]): void {
  const other = [...arrays.keys()].find((name) => !known.includes(name));
  if (other === undefined) return;
  throw new FormatError(
    `expected ${known.join(', ')} in layer ${quote(layer)}, got ${quote(other)} too: use keras.applications' ResNet50, ResNet101 or ResNet152`,
  );
}
