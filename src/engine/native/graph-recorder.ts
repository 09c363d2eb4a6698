import type { GraphNode, OpAttribute } from '../graph/graph-def.js';
import { attributeKinds, dataTypeName, dataTypes } from '../graph/tensor-types.js';
import type { Binding } from './binding.js';
import type { TensorMetadata, TensorValues } from './binding-tensors.js';
import { type NamedTensor, variableNode } from './graph-variables.js';
import type { ShapeGraph } from './shape-graph.js';
import type { OpRecorder } from './tfjs-node-backend.js';

/** What a piece of work works on, and how it is to be noted. */
export interface RecordingOptions {
  readonly prefix: string;
  readonly inputs: readonly NamedTensor[];
  readonly variables: readonly NamedTensor[];
  readonly isReduced: boolean;
}

/** What a recorded piece of work computes from what. */
export interface RecordedGraph {
  readonly nodes: readonly GraphNode[];
  /** Where each result comes from, as `node:output`. */
  readonly results: readonly string[];
  /** Name of the node that runs when all variables have changed. */
  readonly done: string;
  /** Whether it changes variables. */
  readonly isUpdating: boolean;
}

/** What a piece of work gives, by the ids of tensors. */
export interface Recordable {
  readonly results: readonly number[];
  /** The new value of variables, by their names. */
  readonly assigned: ReadonlyMap<string, number>;
  /** A result without which, if it is not finite, no variable changes. */
  readonly guard: number | null;
}

const FIRST_ID = 2 ** 40; // beyond those of real tensors

/** Notes ops as nodes of a graph. */
export class Recorder implements OpRecorder {
  private readonly nodes: GraphNode[] = [];
  private readonly sources = new Map<number, string>();
  /** Names of the variables, and the nodes that read them, by the ids of their values. */
  private readonly reads = new Map<number, { readonly variable: string; readonly read: string }>();
  private readonly updates: GraphNode[] = [];
  private readonly updated = new Set<string>();
  private nextId = FIRST_ID;
  private readonly prefix: string;
  readonly isReduced: boolean;

  constructor(
    private readonly real: Binding,
    private readonly shapes: ShapeGraph,
    { prefix, inputs, variables, isReduced }: RecordingOptions,
  ) {
    this.prefix = prefix;
    this.isReduced = isReduced;
    for (const { id, name, shape, dtype } of inputs) {
      this.addNode({
        name: `${prefix}${name}`,
        op: 'Placeholder',
        inputs: [],
        attributes: kindOf(shape, dtype),
      });
      this.give(id, `${prefix}${name}:0`);
    }
    for (const { id, name, shape, dtype } of variables) {
      this.shapes.add(variableNode(name, shape, dtype));
      const read = `${prefix}read_${name}`;
      const attributes = [{ name: 'dtype', type: attributeKinds.TF_ATTR_TYPE, value: dtype }];
      this.addNode({ name: read, op: 'ReadVariableOp', inputs: [name], attributes });
      this.give(id, `${read}:0`);
      this.reads.set(id, { variable: name, read });
    }
  }

  /** The binding that the back-end has meanwhile. */
  binding(): Binding {
    return Object.assign(Object.create(this.real) as Binding, {
      createTensor: this.noteConstant,
      executeOp: this.noteOp,
      deleteTensor: (id: number) => {
        if (id < FIRST_ID) this.real.deleteTensor(id);
      },
      tensorDataSync: (id: number) => {
        throw new Error(
          `Cannot record a graph: expected ops alone, got a read of the values of "${this.sourceOf(id)}" by the host`,
        );
      },
    });
  }

  noteUpdate(
    op: string,
    attributes: readonly OpAttribute[],
    variables: readonly number[],
    inputs: readonly number[],
  ): void {
    const name = `${this.prefix}${op}_${this.updates.length}`;
    const taken = variables.map((id) => {
      const found = this.reads.get(id);
      if (found === undefined) {
        throw new Error(
          `Cannot record "${op}": expected a variable of the step, got another tensor`,
        );
      }
      return found;
    });
    for (const attribute of attributes) this.real.checkAttribute(op, attribute);
    const sources = inputs.map((id) => this.sourceOf(id, op));
    this.updates.push({
      name,
      op,
      attributes,
      // after whatever was read of them before
      inputs: [
        ...taken.map(({ variable }) => variable),
        ...sources,
        ...taken.map(({ read }) => `^${read}`),
      ],
    });
    for (const { variable } of taken) {
      this.checkFirstUpdate(op, variable);
      this.updated.add(variable);
    }
  }

  /** @throws {Error} Always: a tensor was used that nobody gave. */
  refuse(id: number, user = 'an op'): never {
    throw new Error(
      `Cannot record a graph: expected tensors that are inputs or were made by it, got another one (${id}), used by ${user}`,
    );
  }

  graphOf({ results, assigned, guard }: Recordable): RecordedGraph {
    for (const [variable, id] of assigned) this.noteAssignment(variable, id);
    const sources = results.map((id) => this.fetchable(this.sourceOf(id)));
    const check = guard === null ? [] : [this.noteGuard(this.sourceOf(guard))];
    const updates = this.updates.map((node) => ({ ...node, inputs: [...node.inputs, ...check] }));
    const done = {
      name: `${this.prefix}done`,
      op: 'NoOp',
      inputs: [...updates.map(({ name }) => `^${name}`), ...check],
      attributes: [],
    };
    return {
      nodes: [...this.nodes, ...updates, done],
      results: sources,
      done: done.name,
      isUpdating: updates.length > 0,
    };
  }

  /** Which of two that share a tensor was meant, an op could not tell: in later runs they differ. */
  private give(id: number, source: string): void {
    const other = this.sources.get(id);
    if (other !== undefined) {
      throw new Error(
        `Cannot record a graph: expected inputs and variables with values of their own, got one tensor as "${other}" and "${source}"`,
      );
    }
    this.sources.set(id, source);
  }

  /** A result's source: what is fed cannot be fetched as well. */
  private fetchable(source: string): string {
    const fed = this.nodes.find(({ name, op }) => op === 'Placeholder' && `${name}:0` === source);
    if (fed === undefined) return source;
    const name = `${this.prefix}Identity_${this.nodes.length}`;
    const value = fed.outputs?.[0]?.dtype;
    const attributes = [{ name: 'T', type: attributeKinds.TF_ATTR_TYPE, value }];
    this.addNode({ name, op: 'Identity', inputs: [source], attributes });
    return `${name}:0`;
  }

  /** Two updates would run in any order. */
  private checkFirstUpdate(op: string, variable: string): void {
    if (!this.updated.has(variable)) return;
    throw new Error(
      `Cannot record "${op}": expected one update of a variable, got a second one of "${variable}"`,
    );
  }

  private noteAssignment(variable: string, id: number): void {
    this.checkFirstUpdate('AssignVariableOp', variable);
    const attributes = [
      { name: 'dtype', type: attributeKinds.TF_ATTR_TYPE, value: dataTypes.TF_FLOAT },
    ];
    const name = `${this.prefix}assign_${variable}`;
    const read = `^${this.prefix}read_${variable}`;
    const inputs = [variable, this.sourceOf(id, 'AssignVariableOp'), read];
    this.updates.push({ name, op: 'AssignVariableOp', inputs, attributes });
  }

  private noteGuard(source: string): string {
    const name = `${this.prefix}guard`;
    const { TF_ATTR_STRING, TF_ATTR_TYPE } = attributeKinds;
    const attributes = [
      { name: 'T', type: TF_ATTR_TYPE, value: dataTypes.TF_FLOAT },
      { name: 'message', type: TF_ATTR_STRING, value: 'guard' },
    ];
    this.addNode({ name, op: 'CheckNumericsV2', inputs: [source], attributes });
    return `^${name}`;
  }

  noteReducible(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
  ): TensorMetadata[] {
    return this.addNode({ ...this.nodeOf(op, attributes, inputs), isReducible: true });
  }

  private readonly noteOp = (
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
  ): TensorMetadata[] => this.addNode(this.nodeOf(op, attributes, inputs));

  private nodeOf(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
  ): GraphNode {
    for (const attribute of attributes) this.real.checkAttribute(op, attribute);
    const name = `${this.prefix}${op}_${this.nodes.length}`;
    return { name, op, inputs: inputs.map((id) => this.sourceOf(id, op)), attributes };
  }

  private readonly noteConstant = (
    shape: readonly number[],
    dtype: number,
    values: TensorValues,
  ): number => {
    if (!ArrayBuffer.isView(values)) {
      throw new Error(
        `Cannot record a graph: expected constants of numbers, got one of ${dataTypeName(dtype)} of shape [${shape.join(', ')}]`,
      );
    }
    const name = `${this.prefix}Const_${this.nodes.length}`;
    const attributes = [{ name: 'dtype', type: attributeKinds.TF_ATTR_TYPE, value: dtype }];
    // A copy: who made the tensor may go on to write into the array.
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    const value = { shape, dtype, bytes };
    const [made] = this.addNode({ name, op: 'Const', inputs: [], attributes, value });
    return (made as TensorMetadata).id;
  };

  private addNode(node: GraphNode): TensorMetadata[] {
    const kinds = this.shapes.add(node);
    this.nodes.push({ ...node, outputs: kinds });
    return kinds.map((kind, index) => {
      const id = this.nextId++;
      this.sources.set(id, `${node.name}:${index}`);
      return { id, ...kind };
    });
  }

  private sourceOf(id: number, user = 'the results'): string {
    const source = this.sources.get(id);
    if (source === undefined) this.refuse(id, user);
    const variable = this.reads.get(id)?.variable;
    if (variable !== undefined && this.updated.has(variable)) {
      throw new Error(
        `Cannot record a graph: expected a variable's value before its update, got "${variable}" after it, used by ${user}`,
      );
    }
    return source;
  }
}

function kindOf(shape: readonly number[], dtype: number): OpAttribute[] {
  return [
    { name: 'dtype', type: attributeKinds.TF_ATTR_TYPE, value: dtype },
    { name: 'shape', type: attributeKinds.TF_ATTR_SHAPE, value: shape },
  ];
}
