import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attributeKinds, dataTypes } from '../../../src/engine/graph/tensor-types.js';
import type { Binding } from '../../../src/engine/native/binding.js';
import type { ShapeGraph } from '../../../src/engine/native/shape-graph.js';
import { hasNativeEngine } from '../../native-engine.js';
import { matMul, node, placeholder, typeOf } from './graph-nodes.js';
import { openTestBinding } from './open-test-binding.js';

const { TF_BOOL, TF_FLOAT, TF_INT32, TF_INT64 } = dataTypes;

describe.skipIf(!hasNativeEngine)('ShapeGraph', () => {
  let binding: Binding;
  let shapes: ShapeGraph;

  beforeAll(async () => {
    binding = await openTestBinding();
  });

  beforeEach(() => {
    shapes = binding.newShapeGraph();
  });

  afterEach(() => shapes.delete());

  function constant(name: string, ...values: number[]) {
    const bytes = new Uint8Array(Int32Array.from(values).buffer);
    const value = { shape: [values.length], dtype: TF_INT32, bytes };
    return { name, op: 'Const', inputs: [], attributes: [typeOf('dtype', TF_INT32)], value };
  }

  it('tells the shape and type of what ops give', () => {
    expect(shapes.add(placeholder('x', [4, 3]))).toEqual([{ shape: [4, 3], dtype: TF_FLOAT }]);
    expect(shapes.add(placeholder('w', [3, 5]))).toEqual([{ shape: [3, 5], dtype: TF_FLOAT }]);
    expect(shapes.add(matMul('y', 'x', 'w'))).toEqual([{ shape: [4, 5], dtype: TF_FLOAT }]);
    expect(shapes.add(node('b', 'Greater', 'y', 'y'))).toEqual([{ shape: [4, 5], dtype: TF_BOOL }]);
    expect(shapes.add(placeholder('s', []))).toEqual([{ shape: [], dtype: TF_FLOAT }]);
    expect(shapes.add(placeholder('e', [0, 7]))).toEqual([{ shape: [0, 7], dtype: TF_FLOAT }]);
  });

  it('tells it of every output, and nothing of an op that has none', () => {
    shapes.add(placeholder('x', [6]));
    const topK = { ...node('t', 'TopKV2', 'x', 'k'), attributes: [typeOf('T')] };
    const k = { ...constant('k', 2), value: { ...constant('k', 2).value, shape: [] } };
    shapes.add(k);
    expect(shapes.add(topK)).toEqual([
      { shape: [2], dtype: TF_FLOAT },
      { shape: [2], dtype: TF_INT32 },
    ]);
    expect(shapes.add({ name: 'none', op: 'NoOp', inputs: [], attributes: [] })).toEqual([]);
  });

  it('knows shapes that depend on constants', () => {
    shapes.add(placeholder('x', [4, 3]));
    shapes.add(constant('shape', 2, -1));
    expect(shapes.add(node('y', 'Reshape', 'x', 'shape'))).toEqual([
      { shape: [2, 6], dtype: TF_FLOAT },
    ]);
  });

  it('takes a BatchNorm, whose last output differs from device to device', () => {
    shapes.add(placeholder('x', [2, 3, 3, 4]));
    for (const name of ['scale', 'offset', 'mean', 'variance']) shapes.add(placeholder(name, [4]));
    const kinds = shapes.add({
      name: 'bn',
      op: 'FusedBatchNormV3',
      inputs: ['x', 'scale', 'offset', 'mean', 'variance'],
      attributes: [
        typeOf('T'),
        typeOf('U'),
        { name: 'is_training', type: attributeKinds.TF_ATTR_BOOL, value: false },
      ],
    });
    expect(kinds.slice(0, 5).map(({ shape }) => shape)).toEqual([[2, 3, 3, 4], [4], [4], [4], [4]]);
    expect(kinds).toHaveLength(6);
  });

  it('refuses a shape that depends on values, of some rank or of none, and names the op', () => {
    const refusal =
      'expected an output whose shape is known beforehand, got one that depends on values';
    shapes.add(placeholder('x', [3]));
    expect(() => shapes.add(node('w', 'Where', 'x'))).toThrow(`Cannot record "Where": ${refusal}`);
    const unknown = { name: 'p', op: 'Placeholder', inputs: [], attributes: [typeOf('dtype')] };
    expect(() => shapes.add(unknown)).toThrow(`Cannot record "Placeholder": ${refusal}`);
  });

  it('refuses what TensorFlow does not take, with its message', () => {
    shapes.add(placeholder('x', [4, 3]));
    expect(() => shapes.add(matMul('y', 'x', 'x'))).toThrow(
      /^Cannot import "MatMul": TensorFlow says: Dimensions must be equal, but are 3 and 4/,
    );
    expect(() => shapes.add(node('z', 'NoSuchOp', 'x'))).toThrow(/^Cannot import "NoSuchOp": /);
    const other = { ...node('n', 'Neg', 'x'), attributes: [typeOf('T', TF_INT64)] };
    expect(() => shapes.add(other)).toThrow(/^Cannot import "Neg": TensorFlow says: /);
    expect(() => shapes.add(node('n', 'Neg', 'nowhere'))).toThrow('Cannot find node "nowhere"');
    expect(shapes.add(node('n', 'Neg', 'x'))).toEqual([{ shape: [4, 3], dtype: TF_FLOAT }]);
  });
});
