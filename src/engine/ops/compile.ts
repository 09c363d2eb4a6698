import * as tf from '@tensorflow/tfjs-core';
import { queue } from '../../queue.js';
import type { OpTime } from '../native/op-times.js';
import { GraphStep, type Outcome, type Precision, type RunnableStep } from './graph-step.js';
import { isNative } from './native-op.js';
import { NotFiniteError } from './not-finite-error.js';

export { NotFiniteError, type Precision };

/**
 * Work on tensors that is done again and again: it gives results and may assign to variables.
 * Synchronous, and free of anything that differs from run to run but the inputs and the variables.
 */
export type Step<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap> = (inputs: I) => R;

export type { OpTime };

/** A step that is ready to run. */
export interface CompiledStep<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap> {
  /**
   * Runs the step once. Runs that change variables are done one after the other, others side by side.
   *
   * @param inputs Stay the caller's, to be kept until the run is over.
   * @returns The results, the caller's to dispose of.
   * @throws {NotFiniteError} If the guard is not finite; the variables are as they were.
   */
  readonly run: (inputs: I) => Promise<R>;
  /**
   * Brings the variables up to date with the runs so far: between a run and this call their values
   * may live elsewhere. Call it before they are read, or assigned to by others.
   */
  readonly settle: () => Promise<void>;
  /**
   * Runs the step once and tells how long each of its ops took; the variables change, too.
   *
   * @returns Nothing where the step is not one call.
   */
  readonly trace: (inputs: I) => Promise<readonly OpTime[]>;
  /**
   * Forgets what was recorded, once the runs under way are done. Variables that were not brought back
   * before cannot be read any more.
   */
  readonly dispose: () => void;
}

/**
 * Makes one call of a whole step, where the engine can; elsewhere the step runs as it is.
 *
 * The first run with inputs of some shapes records the step; from then on, inputs of these shapes
 * cost one call, in a thread of its own, while the event loop stays free.
 *
 * @param variables What the step reads or assigns to.
 * @param options.guard Name of a result, a scalar; if it is not finite, no variable changes.
 * @param options.precision What large products are computed in, where the engine can.
 * @throws {Error} From the first run, naming the op, if the step cannot be recorded.
 */
export function compile<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap>(
  variables: readonly tf.Variable[],
  step: Step<I, R>,
  options: { readonly guard?: keyof R & string; readonly precision?: Precision } = {},
): CompiledStep<I, R> {
  const runnable: RunnableStep = {
    variables,
    guard: options.guard ?? null,
    precision: options.precision ?? 'float32',
    runHere: (inputs) => runHere(variables, step, inputs as I),
  };
  let graph: GraphStep | null = null;
  const inTurn = queue();
  return {
    run: async (inputs) => {
      const { results } = await inTurn(async () => {
        if (!isNative()) return { results: await runAndAssign(runnable, inputs) };
        graph ??= new GraphStep(runnable);
        const started = await graph.start(inputs);
        started.results.catch(() => {}); // who asked for them is told
        if (started.isAlone) await Promise.allSettled([started.results]);
        return started;
      });
      return (await results) as R;
    },
    settle: () => inTurn(async () => graph?.settle()),
    trace: (inputs) =>
      inTurn(async () => {
        if (!isNative()) return [];
        graph ??= new GraphStep(runnable);
        return graph.trace(inputs);
      }),
    dispose: () => void inTurn(async () => graph?.dispose()),
  };
}

async function runAndAssign({ guard, runHere }: RunnableStep, inputs: tf.NamedTensorMap) {
  const { results, values } = runHere(inputs);
  try {
    const [value = 0] = guard === null ? [] : ((await results[guard]?.data()) ?? []);
    if (!Number.isFinite(value)) {
      tf.dispose(results);
      throw new NotFiniteError(String(value));
    }
    for (const [variable, assigned] of values) variable.assign(assigned);
    return results;
  } finally {
    tf.dispose([...values.values()]);
  }
}

function runHere<I extends tf.NamedTensorMap, R extends tf.NamedTensorMap>(
  variables: readonly tf.Variable[],
  step: Step<I, R>,
  inputs: I,
): Outcome {
  const before = variables.map((variable) => tf.clone(variable));
  try {
    // Copies, so that a result may be an input or a variable, too.
    const results = tf.tidy(() => clonesOf(step(inputs)));
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

function clonesOf(tensors: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)]),
  );
}
