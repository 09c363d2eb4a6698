import type { GraphNode, TensorKind } from '../graph/graph-def.js';
import type { CApi } from './c-api.js';
import { NativeGraph } from './native-graph.js';
import type { Status } from './status.js';

/** Ops with an output for their gradient's op alone, whose shape differs from device to device. */
const RESERVING = new Set(['FusedBatchNormV3']);

/** Asks TensorFlow what its ops would give, without running them. */
export class ShapeGraph {
  private readonly graph: NativeGraph;

  constructor(
    private readonly api: CApi,
    private readonly status: Status,
  ) {
    this.graph = new NativeGraph(api, status);
  }

  /**
   * Adds a node whose inputs were added before.
   *
   * @returns The kind of each of its outputs.
   * @throws {Error} Naming the op, if TensorFlow does not take the node, or if a shape depends on
   *   values that are not known yet.
   */
  add(node: GraphNode): TensorKind[] {
    this.graph.add([node]);
    const oper = this.graph.operation(node.name);
    const count = this.api.TF_OperationNumOutputs(oper);
    return Array.from({ length: count }, (_, index) => ({
      shape: this.shapeOf(node.op, { oper, index }),
      dtype: this.api.TF_OperationOutputType({ oper, index }),
    }));
  }

  delete(): void {
    this.graph.delete();
  }

  private shapeOf(op: string, output: { oper: number; index: number }): number[] {
    const { api, status, graph } = this;
    const rank = api.TF_GraphGetTensorNumDims(graph.pointer, output, status.pointer);
    status.check('tell the shape of', op);
    const words = new Int32Array(2 * Math.max(0, rank));
    if (rank > 0) {
      api.TF_GraphGetTensorShape(graph.pointer, output, words, rank, status.pointer);
      status.check('tell the shape of', op);
    }
    const shape = Array.from({ length: Math.max(0, rank) }, (_, axis) => words[2 * axis] as number);
    if (rank < 0 && RESERVING.has(op)) return [0];
    if (rank < 0 || shape.some((size) => size < 0)) {
      throw new Error(
        `Cannot record "${op}": expected an output whose shape is known beforehand, got one that depends on values`,
      );
    }
    return shape;
  }
}
