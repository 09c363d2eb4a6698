import { describe, expect, it } from 'vitest';
import type { RecordedGraph } from '../../../src/engine/native/graph-recorder.js';
import { hoist } from '../../../src/engine/native/hoist.js';
import { matMul, node, placeholder, typeOf } from './graph-nodes.js';

const outputs = [{ shape: [2, 2], dtype: 1 }];
const read = (name: string, variable: string) => ({
  name,
  op: 'ReadVariableOp',
  inputs: [variable],
  attributes: [typeOf('dtype')],
  outputs,
});

/** y = x (-(w w)): the bracket depends on the variable alone. */
const graph: RecordedGraph = {
  nodes: [
    placeholder('x', [2, 2]),
    read('w', 'variable_0'),
    { ...matMul('square', 'w:0', 'w:0'), outputs },
    { ...node('negative', 'Neg', 'square:0'), outputs },
    { ...matMul('y', 'x:0', 'negative:0'), outputs },
    { ...matMul('z', 'y:0', 'w:0'), outputs },
    { name: 'done', op: 'NoOp', inputs: [], attributes: [] },
  ],
  results: ['z:0', 'square:0'],
  done: 'done',
  isUpdating: false,
};

describe('hoist', () => {
  it('keeps what depends on variables alone, as far as the rest takes it', () => {
    const { nodes, results, prepare } = hoist(graph, 'p_');
    const inputsOf = (name: string) => nodes.find((each) => each.name === name)?.inputs;
    expect(inputsOf('y')).toEqual(['x:0', 'p_read_kept_0:0']);
    expect(inputsOf('p_read_kept_0')).toEqual(['p_kept_0']);
    expect(inputsOf('p_keep_0')).toEqual(['p_kept_0', 'negative:0']);
    expect(inputsOf('z')).toEqual(['y:0', 'w:0']); // a variable's own value is not kept twice
    expect(results).toEqual(['z:0', 'p_read_kept_1:0']);
    expect(prepare).toBe('p_prepare');
    expect(inputsOf('p_prepare')).toEqual(['^p_keep_0', '^p_keep_1']);
  });

  it('leaves a graph alone that changes variables', () => {
    const changing = { ...graph, isUpdating: true };
    expect(hoist(changing, 'p_')).toEqual({ ...changing, prepare: null });
  });
});
