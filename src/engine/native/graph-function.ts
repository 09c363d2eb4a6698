import type { CApi, Pointer } from './c-api.js';
import { encodeGraph, type RecordedGraph } from './graph-def.js';
import type { Status } from './status.js';

/**
 * Makes a recorded graph an op of the given name, with the graph's inputs and outputs.
 *
 * @param context A `TFE_Context`, which keeps the op until it is deleted.
 * @throws {Error} With TensorFlow's own message, if it does not take the graph.
 */
export function addGraphAsOp(
  api: CApi,
  status: Status,
  context: Pointer,
  name: string,
  recorded: RecordedGraph,
): void {
  const graph = importGraph(api, status, name, recorded);
  try {
    const inputs = outputsInC(
      api,
      graph,
      recorded.inputs.map((input) => `${input}:0`),
    );
    const outputs = outputsInC(api, graph, recorded.outputs);
    const made = api.TF_GraphToFunction(
      graph,
      name,
      0, // the name as it is
      -1, // every op of the graph
      null,
      recorded.inputs.length,
      inputs,
      recorded.outputs.length,
      outputs,
      null,
      0,
      '',
      status.pointer,
    );
    status.check('make op', name);
    try {
      api.TFE_ContextAddFunction(context, made, status.pointer);
      status.check('add op', name);
    } finally {
      api.TF_DeleteFunction(made);
    }
  } finally {
    api.TF_DeleteGraph(graph);
  }
}

/** A `TF_Graph`, the caller's to delete. */
function importGraph(api: CApi, status: Status, name: string, { nodes }: RecordedGraph): Pointer {
  const bytes = encodeGraph(nodes);
  const buffer = api.TF_NewBufferFromString(bytes, bytes.byteLength);
  const options = api.TF_NewImportGraphDefOptions();
  const graph = api.TF_NewGraph();
  try {
    api.TF_GraphImportGraphDef(graph, buffer, options, status.pointer);
    status.check('import graph', name);
    return graph;
  } catch (error) {
    api.TF_DeleteGraph(graph);
    throw error;
  } finally {
    api.TF_DeleteImportGraphDefOptions(options);
    api.TF_DeleteBuffer(buffer);
  }
}

/** C's `TF_Output[]`: an op's address and the number of its output, each in 64 bits. */
function outputsInC(api: CApi, graph: Pointer, sources: readonly string[]): Uint32Array {
  const words = new Uint32Array(4 * sources.length);
  for (const [index, source] of sources.entries()) {
    const [node = '', output] = source.split(':');
    const op = api.TF_GraphOperationByName(graph, node);
    words.set([op % 2 ** 32, Math.floor(op / 2 ** 32), Number(output)], 4 * index);
  }
  return words;
}
