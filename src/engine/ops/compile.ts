import * as tf from '@tensorflow/tfjs-core';
import type { Binding } from '../native/binding.js';
import { recordGraph } from '../native/graph-recorder.js';
import type { NodeJSKernelBackend } from '../native/tfjs-node-backend.js';
import { isNative } from './native-op.js';

/**
 * Work on tensors that is done again and again: it gives results and may assign to variables.
 * Synchronous, and free of anything that differs from run to run but the inputs and the variables.
 */
export type Step<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap> = (inputs: I) => R;

/** A step that is ready to run. */
export interface CompiledStep<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap> {
  /**
   * Runs the step once. One run at a time.
   *
   * @param inputs Stay the caller's.
   * @param accept Sees the results before the variables change; if it throws, they do not.
   * @returns The results, the caller's to dispose of.
   */
  readonly run: (inputs: I, accept?: (results: R) => Promise<void>) => Promise<R>;
  /** Forgets what was recorded. */
  readonly dispose: () => void;
}

/**
 * Makes one op of a whole step, where the engine can; elsewhere the step runs as it is.
 *
 * The first run with inputs of some shapes records the step; from then on, inputs of these shapes
 * cost one call, in a thread of its own, while the event loop stays free.
 *
 * @param name Tells the step in messages.
 * @param variables What the step reads or assigns to.
 * @throws {Error} From the first run, naming the op, if the step cannot be recorded.
 */
export function compile<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap>(
  name: string,
  variables: readonly tf.Variable[],
  step: Step<I, R>,
): CompiledStep<I, R> {
  const graphs = new Map<string, CompiledGraph>();
  return {
    run: async (inputs, accept = async () => {}) => {
      const outcome = isNative()
        ? await runGraph(graphs, name, variables, step, inputs)
        : runHere(variables, step, inputs);
      try {
        await accept(outcome.results as R);
        for (const [variable, value] of outcome.values) variable.assign(value);
        return outcome.results as R;
      } catch (error) {
        tf.dispose(outcome.results);
        throw error;
      } finally {
        tf.dispose([...outcome.values.values()]);
      }
    },
    dispose: () => {
      for (const { op, binding } of graphs.values()) binding.removeGraph(op);
      graphs.clear();
    },
  };
}

/** What a run gave: its results, and the values that variables shall take. */
interface Outcome {
  readonly results: tf.NamedTensorMap;
  readonly values: ReadonlyMap<tf.Variable, tf.Tensor>;
}

/** A step as one op of TensorFlow's. */
interface CompiledGraph {
  readonly op: string;
  readonly binding: Binding;
  readonly resultNames: readonly string[];
  /** Indices of the variables that the step assigns to. */
  readonly assigned: readonly number[];
}

let graphCount = 0; // names are for all of the process

async function runGraph<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap>(
  graphs: Map<string, CompiledGraph>,
  name: string,
  variables: readonly tf.Variable[],
  step: Step<I, R>,
  inputs: I,
): Promise<Outcome> {
  const backend = tf.backend() as NodeJSKernelBackend;
  const key = Object.entries(inputs)
    .map(([input, { shape }]) => `${input} ${shape}`)
    .join(', ');
  const graph = graphs.get(key) ?? compileGraph(backend, name, variables, step, inputs);
  graphs.set(key, graph);
  const fed = backend.getInputTensorIds([...Object.values(inputs), ...variables]);
  const count = graph.resultNames.length + graph.assigned.length;
  const made = await backend.binding.executeOpAsync(graph.op, fed, count);
  const tensors = made.map((tensor) => backend.createOutputTensor(tensor));
  const values = tensors.slice(graph.resultNames.length);
  return {
    results: Object.fromEntries(
      graph.resultNames.map((result, index) => [result, tensors[index] as tf.Tensor]),
    ),
    values: new Map(
      graph.assigned.map((variable, index) => [
        variables[variable] as tf.Variable,
        values[index] as tf.Tensor,
      ]),
    ),
  };
}

function compileGraph<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap>(
  backend: NodeJSKernelBackend,
  name: string,
  variables: readonly tf.Variable[],
  step: Step<I, R>,
  inputs: I,
): CompiledGraph {
  const op = `Histo_${name}_${graphCount++}`;
  const fed = [...Object.values(inputs), ...variables];
  const ids = backend.getInputTensorIds(fed);
  const given = fed.map((tensor, index) => ({
    id: ids[index] as number,
    shape: tensor.shape,
    dtype: backend.tensorMap.get(tensor.dataId).dtype,
  }));
  let resultNames: string[] = [];
  let assigned: number[] = [];
  const graph = recordGraph(backend, given, () => {
    const { results, values } = runHere(variables, step, inputs);
    resultNames = Object.keys(results);
    assigned = [...values.keys()].map((variable) => variables.indexOf(variable));
    const outputs = [...Object.values(results), ...values.values()];
    const outputIds = backend.getInputTensorIds(outputs);
    tf.dispose(outputs);
    return outputIds;
  });
  backend.binding.addGraph(op, graph);
  return { op, binding: backend.binding, resultNames, assigned };
}

/** Runs a step op by op; the variables are put back as they were. */
function runHere<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap>(
  variables: readonly tf.Variable[],
  step: Step<I, R>,
  inputs: I,
): Outcome {
  const before = variables.map((variable) => tf.clone(variable));
  try {
    const results = tf.tidy(() => step(inputs));
    const changed = variables.filter(({ dataId }, index) => dataId !== before[index]?.dataId);
    return {
      results,
      values: new Map(changed.map((variable) => [variable, tf.clone(variable)])),
    };
  } finally {
    for (const [index, variable] of variables.entries()) {
      variable.assign(before[index] as tf.Tensor);
    }
    tf.dispose(before);
  }
}
