import type { GraphNode, TensorKind } from '../graph/graph-def.js';
import { attributeKinds } from '../graph/tensor-types.js';
import type { RecordedGraph } from './graph-recorder.js';
import { variableNode } from './graph-variables.js';

/** A graph of which a part need not run each time. */
export interface HoistedGraph extends RecordedGraph {
  /** Name of the node that computes that part, from the variables as they are; null: there is none. */
  readonly prepare: string | null;
}

/**
 * Takes out of a graph that changes no variable what does not depend on its inputs, such as
 * BatchNorm's factors in the filters: it is computed once and kept in variables of its own.
 */
export function hoist(graph: RecordedGraph, prefix: string): HoistedGraph {
  if (graph.isUpdating) return { ...graph, prepare: null };
  const constant = new Map<string, GraphNode>();
  const kept = new Map<string, string>(); // what is read instead, by source
  const preparing: GraphNode[] = [];
  const running: GraphNode[] = [];
  for (const node of graph.nodes) {
    if (isConstant(node, constant)) {
      constant.set(node.name, node);
      preparing.push(node);
      continue;
    }
    const inputs = node.inputs.map((source) => keep(source));
    running.push({ ...node, inputs });
  }
  const results = graph.results.map(keep);
  const prepare = `${prefix}prepare`;
  const assigned = [...kept.keys()].map((_, index) => `^${prefix}keep_${index}`);
  preparing.push({ name: prepare, op: 'NoOp', inputs: assigned, attributes: [] });
  return { ...graph, nodes: [...preparing, ...running], results, prepare };

  function keep(source: string): string {
    const [name = '', output = '0'] = source.split(':');
    const node = constant.get(name);
    if (node === undefined || node.op === 'Const' || node.op === 'ReadVariableOp') return source;
    const known = kept.get(source);
    if (known !== undefined) return known;
    const { shape, dtype } = (node.outputs as readonly TensorKind[])[Number(output)] as TensorKind;
    const [index, variable] = [kept.size, `${prefix}kept_${kept.size}`];
    const attributes = [{ name: 'dtype', type: attributeKinds.TF_ATTR_TYPE, value: dtype }];
    preparing.push(variableNode(variable, shape, dtype), {
      name: `${prefix}keep_${index}`,
      op: 'AssignVariableOp',
      inputs: [variable, source],
      attributes,
    });
    const read = `${prefix}read_kept_${index}`;
    running.push({ name: read, op: 'ReadVariableOp', inputs: [variable], attributes });
    kept.set(source, `${read}:0`);
    return `${read}:0`;
  }
}

/** Const, a variable's value, or made of such alone. */
function isConstant({ op, inputs }: GraphNode, constant: ReadonlyMap<string, GraphNode>): boolean {
  if (op === 'Const' || op === 'ReadVariableOp') return true;
  if (inputs.length === 0 || op === 'NoOp') return false;
  return inputs.every((source) => constant.has(source.split(':')[0] as string));
}
