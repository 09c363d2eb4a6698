import * as tf from '@tensorflow/tfjs-core';
import { messageOf } from '../../errors.js';
import { autocast, type ReducedPrecision } from '../native/autocast.js';
import { type Given, recordGraph, variableNode } from '../native/graph-recorder.js';
import type { GraphSession } from '../native/graph-session.js';
import type { OpTime } from '../native/op-times.js';
import { encodeSessionConfig } from '../native/session-config.js';
import type { NodeJSKernelBackend } from '../native/tfjs-node-backend.js';
import { NotFiniteError } from './not-finite-error.js';

/** What large products are computed in; weights, statistics, loss and updates are float32. */
export type Precision = 'float32' | ReducedPrecision;

/** A step as `compile` was given it. */
export interface RunnableStep {
  readonly variables: readonly tf.Variable[];
  readonly guard: string | null;
  readonly precision: Precision;
  /** Runs op by op; the variables are put back as they were. */
  readonly runHere: (inputs: tf.NamedTensorMap) => Outcome;
}

/** What a run gave: its results, and the values that variables shall take; the caller's. */
export interface Outcome {
  readonly results: tf.NamedTensorMap;
  readonly values: ReadonlyMap<tf.Variable, tf.Tensor>;
}

/** What was recorded for inputs of some shapes and types. */
interface Recorded {
  readonly placeholders: readonly string[];
  readonly resultNames: readonly string[];
  readonly fetches: readonly string[];
  readonly done: string;
}

/**
 * A step as graphs of TensorFlow's, one for each set of shapes and types that its inputs come in,
 * over the same variables, which live in the session.
 */
export class GraphStep {
  private readonly backend = tf.backend() as NodeJSKernelBackend;
  private session: GraphSession | null = null;
  private readonly recorded = new Map<string, Recorded>();
  private isHolding = false;

  constructor(private readonly step: RunnableStep) {}

  async run(inputs: tf.NamedTensorMap): Promise<tf.NamedTensorMap> {
    const { placeholders, fetches, resultNames, done } = this.graphFor(inputs);
    if (!this.isHolding) await this.takeUp();
    const ids = this.backend.getInputTensorIds(Object.values(inputs));
    const feeds = new Map(placeholders.map((name, index) => [name, ids[index] as number]));
    const made = await this.open()
      .run({ feeds, fetches, targets: [done] })
      .catch(throwGuarded);
    const results = made.map((tensor) => this.backend.createOutputTensor(tensor));
    return Object.fromEntries(
      resultNames.map((name, index) => [name, results[index] as tf.Tensor]),
    );
  }

  /** One run of which only the time of every op is told. */
  async trace(inputs: tf.NamedTensorMap): Promise<OpTime[]> {
    const { placeholders, fetches, done } = this.graphFor(inputs);
    if (!this.isHolding) await this.takeUp();
    const ids = this.backend.getInputTensorIds(Object.values(inputs));
    const feeds = new Map(placeholders.map((name, index) => [name, ids[index] as number]));
    return this.open().trace({ feeds, fetches, targets: [done] });
  }

  /** Gives the variables the values that they have in the graph. */
  async settle(): Promise<void> {
    const { variables } = this.step;
    if (!this.isHolding) return;
    const fetches = variables.map((_, index) => `value_${index}:0`);
    const made = await this.open().run({ feeds: new Map(), fetches, targets: [] });
    for (const [index, metadata] of made.entries()) {
      const value = this.backend.createOutputTensor(metadata);
      variables[index]?.assign(value);
      value.dispose();
    }
    this.isHolding = false;
  }

  dispose(): void {
    this.session?.close();
    this.session = null;
    this.isHolding = false;
    this.recorded.clear();
  }

  private graphFor(inputs: tf.NamedTensorMap): Recorded {
    const key = Object.entries(inputs)
      .map(([input, { dtype, shape }]) => `${input} ${dtype} ${shape}`)
      .join(', ');
    const found = this.recorded.get(key) ?? this.record(inputs);
    this.recorded.set(key, found);
    return found;
  }

  private record(inputs: tf.NamedTensorMap): Recorded {
    const { backend, step } = this;
    const prefix = `graph${this.recorded.size}_`;
    const given = this.describe(Object.entries(inputs));
    const isReduced = step.precision !== 'float32';
    const options = { prefix, inputs: given, variables: this.givenVariables(), isReduced };
    let resultNames: string[] = [];
    const graph = recordGraph(backend, options, () => {
      const { results, values } = step.runHere(inputs);
      resultNames = Object.keys(results);
      const all = [...Object.values(results), ...values.values()];
      const ids = backend.getInputTensorIds(all);
      const resultIds = ids.slice(0, resultNames.length);
      const assigned = [...values.keys()].map(
        (variable, index) =>
          [
            nameOf(step.variables.indexOf(variable)),
            ids[resultNames.length + index] as number,
          ] as const,
      );
      const guard =
        step.guard === null ? null : (resultIds[resultNames.indexOf(step.guard)] ?? null);
      tf.dispose(all);
      return { results: resultIds, assigned: new Map(assigned), guard };
    });
    const { precision } = step;
    const cast = precision === 'float32' ? graph : autocast(graph, precision);
    this.open().add(cast.nodes);
    return {
      placeholders: given.map(({ name }) => `${prefix}${name}`),
      resultNames,
      fetches: cast.results,
      done: cast.done,
    };
  }

  /** Gives the graph's variables the values of tfjs's. */
  private async takeUp(): Promise<void> {
    const { backend, step } = this;
    const ids = backend.getInputTensorIds(step.variables);
    const feeds = new Map(ids.map((id, index) => [`given_${index}`, id]));
    const targets = ids.map((_, index) => `take_${index}`);
    if (ids.length > 0) await this.open().run({ feeds, fetches: [], targets });
    this.isHolding = true;
  }

  private open(): GraphSession {
    if (this.session !== null) return this.session;
    const config = encodeSessionConfig({ rewriters: {} });
    const session = this.backend.binding.openSession(config);
    for (const [index, { name, shape, dtype }] of this.givenVariables().entries()) {
      const type = { name: 'dtype', type: 4, value: dtype };
      session.add([
        variableNode(name, shape, dtype),
        { name: `given_${index}`, op: 'Placeholder', inputs: [], attributes: [type] },
        {
          name: `take_${index}`,
          op: 'AssignVariableOp',
          inputs: [name, `given_${index}`],
          attributes: [type],
        },
        { name: `value_${index}`, op: 'ReadVariableOp', inputs: [name], attributes: [type] },
      ]);
    }
    this.session = session;
    return session;
  }

  private givenVariables(): Given[] {
    return this.describe(
      this.step.variables.map((variable, index) => [nameOf(index), variable as tf.Tensor]),
    );
  }

  private describe(tensors: readonly (readonly [string, tf.Tensor])[]): Given[] {
    const { backend } = this;
    const ids = backend.getInputTensorIds(tensors.map(([, tensor]) => tensor));
    return tensors.map(([name, { shape, dataId }], index) => ({
      id: ids[index] as number,
      name,
      shape,
      dtype: backend.tensorMap.get(dataId).dtype,
    }));
  }
}

/** Throws again, what the guard's op refused as a NotFiniteError. */
function throwGuarded(error: unknown): never {
  const [, found] = /guard : Tensor had (.*) values/.exec(messageOf(error)) ?? [];
  if (found === undefined) throw error;
  throw new NotFiniteError(/NaN/.test(found) ? 'NaN' : found.replace(/\+?Inf/, 'Infinity'));
}

function nameOf(variable: number): string {
  return `variable_${variable}`;
}
