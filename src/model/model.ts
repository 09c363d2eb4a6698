import * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from './architecture.js';
import { checkState } from './check-state.js';
import { initialValues } from './initial-values.js';
import { engineShape, toEngineLayout, toTorchLayout } from './layout.js';
import { isOfHead, isTrainable, type Parameter, parametersOf } from './parameters.js';
import type { NamedArray, StateDict } from './state-dict.js';

/** A classifier's parameters, held as variables of the current engine. */
export interface Model {
  readonly architecture: Architecture;
  /** In the order of the forward pass. */
  readonly parameters: readonly Parameter[];
  /** What the optimizer changes, by name, in the engine's layout. */
  readonly trainable: ReadonlyMap<string, tf.Variable>;
  /** Running means and variances, by name. */
  readonly statistics: ReadonlyMap<string, tf.Variable>;
  /** Frees the variables. */
  readonly dispose: () => void;
}

/**
 * A model to train: the given backbone, or torch's first values, and a head of first values.
 *
 * @param options.seed Integer in [0, 2^53); the first values depend on it alone.
 * @param options.backbone torchvision's arrays of the same architecture, or null.
 * @param options.backboneName What an error calls them, such as their file.
 * @throws {UserError} Naming every missing, surplus and misshapen array of the backbone.
 */
export function createModel(
  architecture: Architecture,
  options: {
    readonly seed: number;
    readonly backbone: StateDict | null;
    readonly backboneName?: string;
  },
): Model {
  const parameters = parametersOf(architecture);
  const { seed, backbone, backboneName = "the backbone's weights" } = options;
  if (backbone !== null) {
    const own = parameters.filter((parameter) => !isOfHead(parameter));
    checkState(own, backbone, backboneName);
  }
  return build(architecture, parameters, (parameter, index) => {
    const given = isOfHead(parameter) ? undefined : backbone?.get(parameter.name);
    return given?.data ?? initialValues(parameter, seed, index);
  });
}

/**
 * The model whose arrays {@link stateOf} gave, for example out of a checkpoint.
 *
 * @throws {UserError} Naming every missing, surplus and misshapen array.
 */
export function modelFromState(architecture: Architecture, state: StateDict): Model {
  const parameters = parametersOf(architecture);
  checkState(parameters, state, "the model's weights");
  return build(
    architecture,
    parameters,
    (parameter) => (state.get(parameter.name) as NamedArray).data,
  );
}

/** Every array of the model, copied to the host; {@link modelFromState} restores it bit for bit. */
export async function stateOf(model: Model): Promise<Map<string, NamedArray>> {
  return readVariables(model.parameters, new Map([...model.trainable, ...model.statistics]));
}

/** Copies variables in the engine's layout to the host, in torch's. */
export async function readVariables(
  parameters: readonly Parameter[],
  variables: ReadonlyMap<string, tf.Variable>,
): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for (const parameter of parameters) {
    const values = await variables.get(parameter.name)?.data();
    if (values === undefined) continue;
    const data = toTorchLayout(parameter, values as Float32Array);
    arrays.set(parameter.name, { shape: parameter.shape, data });
  }
  return arrays;
}

/** A new variable in the engine's layout from values in torch's. */
export function variableOf(parameter: Parameter, values: Float32Array): tf.Variable {
  const start = tf.tensor(toEngineLayout(parameter, values), engineShape(parameter), 'float32');
  const variable = tf.variable(start, isTrainable(parameter));
  start.dispose();
  return variable;
}

function build(
  architecture: Architecture,
  parameters: readonly Parameter[],
  valuesOf: (parameter: Parameter, index: number) => Float32Array,
): Model {
  const trainable = new Map<string, tf.Variable>();
  const statistics = new Map<string, tf.Variable>();
  for (const [index, parameter] of parameters.entries()) {
    const variable = variableOf(parameter, valuesOf(parameter, index));
    (isTrainable(parameter) ? trainable : statistics).set(parameter.name, variable);
  }
  const dispose = () => {
    for (const variable of [...trainable.values(), ...statistics.values()]) variable.dispose();
  };
  return { architecture, parameters, trainable, statistics, dispose };
}
