import * as tf from '@tensorflow/tfjs-core';
import { messageOf } from '../../errors.js';
import { autocast, type ReducedPrecision } from '../native/autocast.js';
import type { TensorMetadata } from '../native/binding-tensors.js';
import type { RecordedGraph } from '../native/graph-recorder.js';
import type { GraphSession, SessionRun } from '../native/graph-session.js';
import { describeTensors, GraphVariables } from '../native/graph-variables.js';
import { type HoistedGraph, hoist } from '../native/hoist.js';
import type { OpTime } from '../native/op-times.js';
import { recordGraph } from '../native/record-graph.js';
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
  readonly graph: HoistedGraph;
}

/** A run under way. */
export interface StartedRun {
  readonly results: Promise<tf.NamedTensorMap>;
  /** True if the run changes variables, so that the next one has to wait. */
  readonly isAlone: boolean;
}

/**
 * A step as graphs of TensorFlow's, one for each set of shapes and types that its inputs come in,
 * over the same variables, which live in the session.
 */
export class GraphStep {
  private readonly backend = tf.backend() as NodeJSKernelBackend;
  private opened: { readonly session: GraphSession; readonly variables: GraphVariables } | null =
    null;
  private readonly recorded = new Map<string, Recorded>();
  /** Those whose part that depends on the variables alone is computed. */
  private readonly prepared = new Set<Recorded>();

  constructor(private readonly step: RunnableStep) {}

  /**
   * Starts a run.
   *
   * @returns Its results to come, and whether another run may start before they are there.
   */
  async start(inputs: tf.NamedTensorMap): Promise<StartedRun> {
    const recorded = this.graphFor(inputs);
    const run = await this.prepare(recorded, inputs);
    const results = this.open()
      .session.run(run)
      .catch(throwGuarded)
      .then((made) => this.named(recorded.resultNames, made));
    return { results, isAlone: recorded.graph.isUpdating };
  }

  private named(names: readonly string[], made: readonly TensorMetadata[]): tf.NamedTensorMap {
    const tensors = made.map((tensor) => this.backend.createOutputTensor(tensor));
    return Object.fromEntries(names.map((name, index) => [name, tensors[index] as tf.Tensor]));
  }

  /** One run of which only the time of every op is told. */
  async trace(inputs: tf.NamedTensorMap): Promise<OpTime[]> {
    const run = await this.prepare(this.graphFor(inputs), inputs);
    return this.open().session.trace(run).catch(throwGuarded);
  }

  /**
   * Gives the variables the values that they have in the graph. One that changes none frees its memory:
   * it was recorded, and opens again when it is needed.
   */
  async settle(): Promise<void> {
    const isUpdating = [...this.recorded.values()].some(({ graph }) => graph.isUpdating);
    if (!isUpdating) return this.dispose();
    await this.opened?.variables.giveBack();
    this.opened?.session.returnFreedMemory();
  }

  dispose(): void {
    this.opened?.session.close();
    this.opened = null;
    this.prepared.clear();
  }

  private open() {
    if (this.opened !== null) return this.opened;
    const session = this.backend.binding.openSession();
    try {
      const variables = new GraphVariables(this.backend, session, this.step.variables);
      for (const { graph } of this.recorded.values()) session.add(graph.nodes);
      this.opened = { session, variables };
      return this.opened;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Makes the session ready for a run. */
  private async prepare(recorded: Recorded, inputs: tf.NamedTensorMap): Promise<SessionRun> {
    const { placeholders, graph } = recorded;
    const { session, variables } = this.open();
    if (await variables.takeUp(graph.isUpdating)) this.prepared.clear();
    if (graph.prepare !== null && !this.prepared.has(recorded)) {
      await session.run({ feeds: new Map(), fetches: [], targets: [graph.prepare] });
      this.prepared.add(recorded);
    }
    const ids = this.backend.getInputTensorIds(Object.values(inputs));
    const feeds = new Map(placeholders.map((name, index) => [name, ids[index] as number]));
    return { feeds, fetches: graph.results, targets: [graph.done] };
  }

  private graphFor(inputs: tf.NamedTensorMap): Recorded {
    const key = Object.entries(inputs)
      .map(([input, { dtype, shape }]) => `${input} ${dtype} ${shape}`)
      .join(', ');
    const found = this.recorded.get(key) ?? this.record(inputs);
    this.recorded.set(key, found);
    return found;
  }

  private record(tensors: tf.NamedTensorMap): Recorded {
    const { backend, step } = this;
    const { session, variables } = this.open();
    const prefix = `graph${this.recorded.size}_`;
    const inputs = describeTensors(backend, Object.entries(tensors));
    const isReduced = step.precision !== 'float32';
    let resultNames: string[] = [];
    const options = { prefix, inputs, variables: variables.named(), isReduced };
    const plain = recordGraph(backend, options, () => {
      const { results, values } = step.runHere(tensors);
      resultNames = Object.keys(results);
      const ids = backend.getInputTensorIds(Object.values(results));
      const newValues = backend.getInputTensorIds([...values.values()]);
      const assigned = [...values.keys()].map(
        (variable, index) => [variables.nameOf(variable), newValues[index] as number] as const,
      );
      tf.dispose([...Object.values(results), ...values.values()]);
      return { results: ids, assigned: new Map(assigned), guard: this.guardIn(resultNames, ids) };
    });
    const graph = hoist(this.cast(plain), prefix);
    session.add(graph.nodes);
    const placeholders = inputs.map(({ name }) => `${prefix}${name}`);
    return { placeholders, resultNames, graph };
  }

  private guardIn(names: readonly string[], ids: readonly number[]): number | null {
    const { guard } = this.step;
    const id = guard === null ? null : ids[names.indexOf(guard)];
    if (id !== undefined) return id;
    throw new Error(
      `Cannot record a step: expected a result "${guard}" as its guard, got ${names.join(', ')}`,
    );
  }

  private cast(graph: RecordedGraph): RecordedGraph {
    const { precision } = this.step;
    return precision === 'float32' ? graph : autocast(graph, precision);
  }
}

/** Throws again, what the guard's op refused as a NotFiniteError. */
function throwGuarded(error: unknown): never {
  const [, found] = /guard : Tensor had (.*) values/.exec(messageOf(error)) ?? [];
  if (found === undefined) throw error;
  throw new NotFiniteError(/NaN/.test(found) ? 'NaN' : found.replace(/\+?Inf/, 'Infinity'));
}
