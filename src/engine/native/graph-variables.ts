import type * as tf from '@tensorflow/tfjs-core';
import type { GraphNode } from '../graph/graph-def.js';
import { attributeKinds } from '../graph/tensor-types.js';
import type { GraphSession } from './graph-session.js';
import type { NodeJSKernelBackend } from './tfjs-node-backend.js';

/** A tensor or a variable as a graph knows it. */
export interface NamedTensor {
  readonly id: number;
  readonly name: string;
  readonly shape: number[];
  /** One of `dataTypes`. */
  readonly dtype: number;
}

/** tfjs's variables whose values live in a session for a while. */
export class GraphVariables {
  /** The data that were taken up; null: none. */
  private taken: readonly object[] | null = null;
  private isReleased = false;
  private readonly described: readonly NamedTensor[];

  /** Adds the variables to the session's graph. */
  constructor(
    private readonly backend: NodeJSKernelBackend,
    private readonly session: GraphSession,
    private readonly variables: readonly tf.Variable[],
  ) {
    this.described = describeTensors(
      backend,
      variables.map((variable, index) => [`variable_${index}`, variable as tf.Tensor]),
    );
    session.add(this.described.flatMap(nodesOf));
  }

  /** By their ids and names in the graph. */
  named(): readonly NamedTensor[] {
    const ids = this.backend.getInputTensorIds(this.variables);
    return this.described.map((variable, index) => ({ ...variable, id: ids[index] as number }));
  }

  nameOf(variable: tf.Variable): string {
    return (this.described[this.variables.indexOf(variable)] as NamedTensor).name;
  }

  /**
   * Gives the graph's variables the values of tfjs's, if they have not got them.
   *
   * @param isChanging Whether the graph will change them: then nobody can read tfjs's until they are
   *   given back, and their memory is free meanwhile.
   * @returns False if they were taken up before.
   * @throws {Error} If one was assigned to by others while the graph held its changing value.
   */
  async takeUp(isChanging: boolean): Promise<boolean> {
    const { backend, session, variables } = this;
    if (this.taken !== null && !this.isOutdated(this.taken)) return false;
    if (this.isReleased) throw assignedMeanwhile();
    const ids = backend.getInputTensorIds(variables);
    const feeds = new Map(ids.map((id, index) => [`given_${index}`, id]));
    const targets = ids.map((_, index) => `take_${index}`);
    if (ids.length > 0) await session.run({ feeds, fetches: [], targets });
    if (isChanging) this.release();
    this.taken = variables.map(({ dataId }) => dataId);
    return true;
  }

  /**
   * Gives tfjs's variables the values that they have in the graph.
   *
   * @throws {Error} If one was assigned to by others meanwhile.
   */
  async giveBack(): Promise<void> {
    const { backend, session, variables, taken, isReleased } = this;
    this.taken = null;
    this.isReleased = false;
    if (taken === null || !isReleased) return;
    if (this.isOutdated(taken)) throw assignedMeanwhile();
    const fetches = variables.map((_, index) => `value_${index}:0`);
    const made = await session.run({ feeds: new Map(), fetches, targets: [] });
    for (const [index, metadata] of made.entries()) {
      const value = backend.createOutputTensor(metadata);
      variables[index]?.assign(value);
      value.dispose();
    }
  }

  private isOutdated(taken: readonly object[]): boolean {
    return this.variables.some(({ dataId }, index) => dataId !== taken[index]);
  }

  /** Frees the variables' memory; whoever reads one then is told that there is no such tensor. */
  private release(): void {
    this.isReleased = true;
    for (const [index, { shape, dtype }] of this.described.entries()) {
      const id = -2 - index; // none of the binding's, and not -1, so that each has its own
      const hollow = this.backend.createOutputTensor({ id, shape, dtype });
      this.variables[index]?.assign(hollow);
      hollow.dispose();
    }
  }
}

function assignedMeanwhile(): Error {
  return new Error(
    'Cannot go on with a step: expected its variables as it left them, got one that was assigned to meanwhile; settle the step first',
  );
}

/** The node that holds a variable. */
export function variableNode(name: string, shape: readonly number[], dtype: number): GraphNode {
  const { TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE } = attributeKinds;
  const attributes = [
    { name: 'dtype', type: TF_ATTR_TYPE, value: dtype },
    { name: 'shape', type: TF_ATTR_SHAPE, value: shape },
    { name: 'shared_name', type: TF_ATTR_STRING, value: name },
  ];
  return { name, op: 'VarHandleOp', inputs: [], attributes };
}

/** Names for tensors, which the binding holds from now on. */
export function describeTensors(
  backend: NodeJSKernelBackend,
  tensors: readonly (readonly [name: string, tensor: tf.Tensor])[],
): NamedTensor[] {
  const ids = backend.getInputTensorIds(tensors.map(([, tensor]) => tensor));
  return tensors.map(([name, { shape, dataId }], index) => ({
    id: ids[index] as number,
    name,
    shape,
    dtype: backend.tensorMap.get(dataId).dtype,
  }));
}

/** A variable, and the nodes that give and take its value. */
function nodesOf({ name, shape, dtype }: NamedTensor, index: number): GraphNode[] {
  const attributes = [{ name: 'dtype', type: attributeKinds.TF_ATTR_TYPE, value: dtype }];
  const [given, inputs] = [`given_${index}`, [name, `given_${index}`]];
  return [
    variableNode(name, shape, dtype),
    { name: given, op: 'Placeholder', inputs: [], attributes },
    { name: `take_${index}`, op: 'AssignVariableOp', inputs, attributes },
    { name: `value_${index}`, op: 'ReadVariableOp', inputs: [name], attributes },
  ];
}
