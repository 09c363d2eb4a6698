import { quote } from '../../quote.js';
import { FormatError } from '../format-error.js';
import type { KerasLayer } from './keras-config.js';

/** One array of a layer, in Keras' layout. */
export interface KerasTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** One array of a file, by where it is kept. */
export interface KerasArray extends KerasTensor {
  /** As in `model_weights/conv1_conv/conv1_conv/kernel:0`. */
  readonly path: string;
  /** What the group that holds it says it is named; null: nothing. */
  readonly groupName: string | null;
}

/** A layer's arrays by what Keras calls them: `kernel`, `bias`, `gamma`, …. */
export type LayerArrays = ReadonlyMap<string, KerasTensor>;

/** The arrays of a model by their layer's name, as in `conv2_block1_1_conv`. */
export type KerasLayers = ReadonlyMap<string, LayerArrays>;

const ofConvolution = ['kernel', 'bias'] as const;
const ofBatchNorm = ['gamma', 'beta', 'moving_mean', 'moving_variance'] as const;

/**
 * Sorts arrays by layer, from either layout: `…/conv1_bn/gamma:0` of Keras 1 and 2 and of HDF5 models,
 * and the numbered `layers/batch_normalization/vars/0` of Keras 3, whose layer says its name in an
 * attribute or, in files of before 2024, in the configuration alone.
 *
 * @param config The model's layers; null: the file has no configuration.
 * @throws {FormatError} If layers cannot be told apart.
 */
export function kerasLayers(
  arrays: readonly KerasArray[],
  config: readonly KerasLayer[] | null,
): KerasLayers {
  const layers = new Map<string, Map<string, KerasTensor>>();
  const names = config === null ? new Map<string, string>() : namesByPath(config, '');
  for (const array of arrays) {
    const parts = array.path.split('/');
    const [last = '', group = ''] = [parts.at(-1), parts.at(-2)];
    const isNumbered = group === 'vars' && /^\d$/.test(last);
    const layer = isNumbered
      ? (array.groupName ?? names.get(parts.slice(0, -2).join('/')) ?? null)
      : group;
    if (layer === null) {
      throw new FormatError(
        `expected the names of its layers, got numbers alone in ${quote(array.path)}: save the whole model with model.save("….keras")`,
      );
    }
    const found = layers.get(layer) ?? new Map<string, KerasTensor>();
    const weight = isNumbered ? `#${last}` : last.replace(/:\d+$/, '');
    if (found.has(weight)) {
      throw new FormatError(
        `expected one layer ${quote(layer)}, got two of that name: save the ResNet alone`,
      );
    }
    layers.set(layer, found.set(weight, { shape: array.shape, data: array.data }));
  }
  return new Map([...layers].map(([name, layer]) => [name, withNames(layer)]));
}

/** Numbered arrays under their names, which their count and shapes tell; others as they are. */
function withNames(layer: Map<string, KerasTensor>): LayerArrays {
  if (!layer.has('#0')) return layer;
  const numbered = [...layer].sort(([one], [other]) => (one < other ? -1 : 1));
  const names = (layer.get('#0')?.shape.length ?? 0) > 1 ? ofConvolution : ofBatchNorm;
  return new Map(numbered.map(([number, tensor], at) => [names[at] ?? number, tensor]));
}

/** Where Keras 3 keeps each layer: by its class in snake case, numbered from the second on. */
function namesByPath(layers: readonly KerasLayer[], folder: string): Map<string, string> {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { name, className, layers: inner } of layers) {
    const plain = snakeCase(className);
    const count = counts.get(plain) ?? 0;
    counts.set(plain, count + 1);
    const path = `${folder}layers/${plain}${count === 0 ? '' : `_${count}`}`;
    names.set(path, name);
    for (const [below, one] of namesByPath(inner, `${path}/`)) names.set(below, one);
  }
  return names;
}

/** @see keras/src/utils/naming.py, `to_snake_case` */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
