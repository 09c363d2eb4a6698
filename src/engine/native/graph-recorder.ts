import type { Binding, TensorMetadata } from './binding.js';
import type { OpAttribute } from './binding-attributes.js';
import type { TensorValues } from './binding-tensors.js';
import type { GraphNode, RecordedGraph } from './graph-def.js';
import { attributeKinds, dataTypeName } from './tensor-types.js';
import type { NodeJSKernelBackend } from './tfjs-node-backend.js';

/**
 * Notes every op that runs on a back-end while it works: the ops run as always, and the notes are
 * a graph that computes the same from other inputs.
 *
 * @param inputs Ids of the tensors that differ from run to run, and their shapes and types.
 * @param work Synchronous; gives the ids of the tensors that are wanted of it.
 * @throws {Error} Naming the op or the tensor, if values are read by the host meanwhile, a tensor is
 *   used that was neither given nor made by the work, or a constant is made of strings.
 */
export function recordGraph(
  backend: NodeJSKernelBackend,
  inputs: readonly TensorMetadata[],
  work: () => readonly number[],
): RecordedGraph {
  const binding = backend.binding;
  const recorder = new Recorder(binding, inputs);
  const owner = backend as { binding: Binding };
  owner.binding = recorder.recording();
  try {
    return recorder.graphOf(work());
  } finally {
    owner.binding = binding;
  }
}

class Recorder {
  private readonly nodes: GraphNode[] = [];
  private readonly sources = new Map<number, string>();
  private readonly inputs: string[];

  constructor(
    private readonly binding: Binding,
    inputs: readonly TensorMetadata[],
  ) {
    this.inputs = inputs.map(({ id, shape, dtype }, index) => {
      const name = `input_${index}`;
      const attributes = [
        { name: 'dtype', type: attributeKinds.TF_ATTR_TYPE, value: dtype },
        { name: 'shape', type: attributeKinds.TF_ATTR_SHAPE, value: shape },
      ];
      this.nodes.push({ name, op: 'Placeholder', inputs: [], attributes });
      this.sources.set(id, `${name}:0`);
      return name;
    });
  }

  /** The binding, with an ear on what makes, uses and reads tensors. */
  recording(): Binding {
    const { binding } = this;
    return Object.assign(Object.create(binding) as Binding, {
      createTensor: (shape: readonly number[], dtype: number, values: TensorValues) => {
        const id = binding.createTensor(shape, dtype, values);
        this.noteConstant(id, shape, dtype, values);
        return id;
      },
      deleteTensor: (id: number) => binding.deleteTensor(id),
      executeOp: (
        name: string,
        attributes: readonly OpAttribute[],
        inputs: readonly number[],
        count: number,
      ) => {
        const results = binding.executeOp(name, attributes, inputs, count);
        this.noteOp(name, attributes, inputs, results);
        return results;
      },
      tensorDataSync: (id: number) => {
        throw new Error(
          `Cannot record a graph: expected ops alone, got a read of the values of "${this.sourceOf(id)}" by the host`,
        );
      },
    });
  }

  graphOf(outputs: readonly number[]): RecordedGraph {
    return {
      nodes: this.nodes,
      inputs: this.inputs,
      outputs: outputs.map((id) => this.sourceOf(id)),
    };
  }

  private noteOp(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    results: readonly TensorMetadata[],
  ): void {
    const name = `${op}_${this.nodes.length}`;
    this.nodes.push({ name, op, inputs: inputs.map((id) => this.sourceOf(id, op)), attributes });
    for (const [index, { id }] of results.entries()) this.sources.set(id, `${name}:${index}`);
  }

  private noteConstant(
    id: number,
    shape: readonly number[],
    dtype: number,
    values: TensorValues,
  ): void {
    if (!ArrayBuffer.isView(values)) {
      throw new Error(
        `Cannot record a graph: expected constants of numbers, got one of ${dataTypeName(dtype)} of shape [${shape.join(', ')}]`,
      );
    }
    const name = `Const_${this.nodes.length}`;
    const attributes = [{ name: 'dtype', type: attributeKinds.TF_ATTR_TYPE, value: dtype }];
    // A copy: who made the tensor may go on to write into the array.
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    this.nodes.push({
      name,
      op: 'Const',
      inputs: [],
      attributes,
      value: { shape, dtype, bytes },
    });
    this.sources.set(id, `${name}:0`);
  }

  private sourceOf(id: number, op = 'the outputs'): string {
    const source = this.sources.get(id);
    if (source === undefined) {
      throw new Error(
        `Cannot record a graph: expected tensors that are inputs or were made by it, got another one, used by ${op}`,
      );
    }
    return source;
  }
}
