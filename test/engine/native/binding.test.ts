import { beforeAll, describe, expect, it } from 'vitest';
import type { OpAttribute } from '../../../src/engine/graph/graph-def.js';
import { attributeKinds, dataTypes } from '../../../src/engine/graph/tensor-types.js';
import type { Binding } from '../../../src/engine/native/binding.js';
import type { TensorMetadata } from '../../../src/engine/native/binding-tensors.js';
import { hasNativeEngine } from '../../native-engine.js';
import { openTestBinding } from './open-test-binding.js';

const { TF_FLOAT, TF_INT32 } = dataTypes;

const matMul = (dtype: number): OpAttribute[] => [
  { name: 'transpose_a', type: attributeKinds.TF_ATTR_BOOL, value: false },
  { name: 'transpose_b', type: attributeKinds.TF_ATTR_BOOL, value: false },
  { name: 'T', type: attributeKinds.TF_ATTR_TYPE, value: dtype },
];

describe.skipIf(!hasNativeEngine)('a binding to TensorFlow', () => {
  let binding: Binding;
  beforeAll(async () => {
    binding = await openTestBinding();
  });

  const floats = (shape: number[], ...values: number[]) =>
    binding.createTensor(shape, TF_FLOAT, Float32Array.from(values));

  it('tells of itself what tfjs-node asks', () => {
    expect(binding.TF_Version).toMatch(/^2\.\d+\.\d+/);
    expect(binding.isUsingGpuDevice()).toBeTypeOf('boolean');
    expect(binding.TF_FLOAT).toBe(1);
    expect(binding.TF_ATTR_TYPE).toBe(4);
  });

  it('runs an op', () => {
    const [a, b] = [floats([2, 2], 1, 2, 3, 4), floats([2, 1], 5, 6)];
    const [y] = binding.executeOp('MatMul', matMul(TF_FLOAT), [a, b], 1) as [TensorMetadata];
    expect(y).toMatchObject({ shape: [2, 1], dtype: TF_FLOAT });
    expect(binding.tensorDataSync(y.id)).toEqual(Float32Array.of(17, 39));
  });

  it('gives all outputs of an op', () => {
    const x = binding.createTensor([4], TF_INT32, Int32Array.of(7, 8, 7, 9));
    const types = ['T', 'out_idx'].map((name) => ({
      name,
      type: attributeKinds.TF_ATTR_TYPE,
      value: TF_INT32,
    }));
    const outputs = binding.executeOp('Unique', types, [x], 2);
    const values = outputs.map(({ id }) => binding.tensorDataSync(id));
    expect(values).toEqual([Int32Array.of(7, 8, 9), Int32Array.of(0, 1, 0, 2)]);
  });

  it('refuses a tensor that was freed', () => {
    const freed = floats([], 1);
    binding.deleteTensor(freed);
    const refusal = `Cannot use tensor "${freed}": expected one that exists, got one that was deleted`;
    expect(() => binding.tensorDataSync(freed)).toThrow(refusal);
    expect(() => binding.deleteTensor(freed)).toThrow(refusal);
    expect(() => binding.executeOp('MatMul', matMul(TF_FLOAT), [freed, freed], 1)).toThrow(refusal);
    expect(() => binding.tensorDataSync(-1)).toThrow('"-1"');
  });

  it('never gives an id out twice', () => {
    const first = floats([], 1);
    binding.deleteTensor(first);
    expect(floats([], 2)).not.toBe(first);
  });

  it('refuses an op that TensorFlow does not know', () => {
    expect(() => binding.executeOp('NoSuchOp', [], [], 1)).toThrow(
      /^Cannot execute op "NoSuchOp": TensorFlow says: .*NoSuchOp/,
    );
  });

  it('gives the message of an op that fails inside TensorFlow', () => {
    const [a, b] = [floats([2, 3], 1, 2, 3, 4, 5, 6), floats([2, 3], 1, 2, 3, 4, 5, 6)];
    expect(() => binding.executeOp('MatMul', matMul(TF_FLOAT), [a, b], 1)).toThrow(
      /^Cannot execute op "MatMul": TensorFlow says: Matrix size-incompatible: In\[0\]: \[2,3\]/,
    );
  });

  it('refuses inputs of another data type or number than the op takes', () => {
    const a = floats([1, 1], 1);
    const b = binding.createTensor([1, 1], TF_INT32, Int32Array.of(1));
    const refusal = 'Cannot execute op "MatMul": TensorFlow says: ';
    expect(() => binding.executeOp('MatMul', matMul(TF_FLOAT), [a, b], 1)).toThrow(refusal);
    expect(() => binding.executeOp('MatMul', matMul(TF_FLOAT), [a], 1)).toThrow(refusal);
    expect(() => binding.executeOp('MatMul', matMul(TF_FLOAT), [a, a, a], 1)).toThrow(
      'Cannot execute op "MatMul": expected 2 inputs, got 3',
    );
    expect(() => binding.executeOp('NoOp', [], [a], 0)).toThrow('expected 0 inputs, got 1');
  });

  it('refuses a wrong number of outputs', () => {
    const a = floats([1, 1], 1);
    const multiply = (outputs: number) => () =>
      binding.executeOp('MatMul', matMul(TF_FLOAT), [a, a], outputs);
    expect(multiply(0)).toThrow('Cannot execute op "MatMul": TensorFlow says: ');
    expect(multiply(2)).toThrow('Cannot execute op "MatMul": expected 1 outputs, got 2');
    for (const count of [-1, 1.5, Number.NaN, 2 ** 40]) {
      expect(multiply(count)).toThrow(`expected a number of outputs, got ${count}`);
    }
  });

  it('keeps no tensor of an op that failed, and holds no memory of deleted ones', () => {
    const before = binding.getNumOfTensors();
    const rss = process.memoryUsage.rss();
    const values = new Float32Array(2 ** 18);
    for (let round = 0; round < 1000; round++) {
      const big = binding.createTensor([2 ** 18], TF_FLOAT, values);
      expect(() => binding.executeOp('MatMul', matMul(TF_FLOAT), [big, big], 1)).toThrow();
      binding.deleteTensor(big);
    }
    expect(binding.getNumOfTensors()).toBe(before);
    // 1,000 of 1 MiB were made: a tenth of it is room for allocators and the garbage collector.
    expect(process.memoryUsage.rss() - rss).toBeLessThan(100 * 2 ** 20);
  });
});
