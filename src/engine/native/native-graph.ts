import { encodeGraph, type GraphNode } from '../graph/graph-def.js';
import type { CApi, Pointer } from './c-api.js';
import type { Status } from './status.js';

/** A graph of TensorFlow's, which grows; whoever made it deletes it. */
export class NativeGraph {
  readonly pointer: Pointer;

  constructor(
    private readonly api: CApi,
    private readonly status: Status,
  ) {
    this.pointer = api.TF_NewGraph();
  }

  /**
   * Imports nodes, whose inputs may be nodes that are there already.
   *
   * @throws {Error} With TensorFlow's own message, which names the node that it does not take.
   */
  add(nodes: readonly GraphNode[]): void {
    const { api, status } = this;
    const bytes = encodeGraph(nodes);
    const buffer = api.TF_NewBufferFromString(bytes, bytes.byteLength);
    const options = api.TF_NewImportGraphDefOptions();
    try {
      const own = new Set(nodes.map(({ name }) => name));
      const outer = new Set(
        nodes.flatMap(({ inputs }) => inputs.filter((input) => !own.has(nodeOf(input)))),
      );
      for (const source of outer) {
        const { oper, index } = this.output(source);
        api.TF_ImportGraphDefOptionsAddInputMapping(options, nodeOf(source), index, {
          oper,
          index,
        });
      }
      api.TF_GraphImportGraphDef(this.pointer, buffer, options, status.pointer);
      status.check('import', nodes.length === 1 ? `${nodes[0]?.op}` : 'graph');
    } finally {
      api.TF_DeleteImportGraphDefOptions(options);
      api.TF_DeleteBuffer(buffer);
    }
  }

  /** @param source As `node:output`. */
  output(source: string): { oper: Pointer; index: number } {
    return {
      oper: this.operation(nodeOf(source)),
      index: source.startsWith('^') ? -1 : Number(source.split(':')[1] ?? 0),
    };
  }

  /** @throws {Error} If there is no node of that name. */
  operation(name: string): Pointer {
    const oper = this.api.TF_GraphOperationByName(this.pointer, name);
    if (oper === 0) {
      throw new Error(
        `Cannot find node "${name}": expected one of the graph's, got an unknown name`,
      );
    }
    return oper;
  }

  delete(): void {
    this.api.TF_DeleteGraph(this.pointer);
  }
}

function nodeOf(source: string): string {
  return source.replace(/^\^/, '').split(':')[0] as string;
}
