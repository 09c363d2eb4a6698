import { beforeAll, describe, expect, it } from 'vitest';
import { attributeKinds, dataTypes } from '../../../src/engine/graph/tensor-types.js';
import type { Binding } from '../../../src/engine/native/binding.js';
import type { TensorData, TensorMetadata } from '../../../src/engine/native/binding-tensors.js';
import { hasNativeEngine } from '../../native-engine.js';
import { openTestBinding } from './open-test-binding.js';

const { TF_BOOL, TF_COMPLEX64, TF_FLOAT, TF_INT32, TF_INT64, TF_STRING, TF_UINT8 } = dataTypes;

const type = (name: string, value: number) => ({ name, type: attributeKinds.TF_ATTR_TYPE, value });
const utf8 = (texts: readonly string[]) => texts.map((text) => new TextEncoder().encode(text));
const textsOf = (data: TensorData) =>
  (data as Uint8Array[]).map((bytes) => Buffer.from(bytes).toString());

describe.skipIf(!hasNativeEngine)('tensors of the binding', () => {
  let binding: Binding;
  beforeAll(async () => {
    binding = await openTestBinding();
  });

  it.each([
    ['float32', TF_FLOAT, [2, 2], Float32Array.of(1.5, -0, Number.NaN, Infinity)],
    ['int32', TF_INT32, [3], Int32Array.of(-1, 0, 2 ** 31 - 1)],
    ['bool', TF_BOOL, [2], Uint8Array.of(0, 1)],
    ['uint8', TF_UINT8, [1, 2], Uint8Array.of(0, 255)],
    ['complex64', TF_COMPLEX64, [2], Float32Array.of(3, 4, -1, 0.5)],
    ['a scalar', TF_FLOAT, [], Float32Array.of(7)],
    ['nothing', TF_FLOAT, [0, 5], new Float32Array()],
  ])('come back as they went in: %s', (_, dtype, shape, values) => {
    const id = binding.createTensor(shape, dtype, values);
    expect(binding.tensorDataSync(id)).toEqual(values);
  });

  it('are copies: neither side sees what the other does to its array', () => {
    const values = Float32Array.of(1, 2);
    const id = binding.createTensor([2], TF_FLOAT, values);
    values[0] = 9;
    (binding.tensorDataSync(id) as Float32Array)[1] = 9;
    expect(binding.tensorDataSync(id)).toEqual(Float32Array.of(1, 2));
  });

  it('take 64-bit integers as pairs of words and give them as BigInts', () => {
    const words = Int32Array.of(5, 0, -2, -1);
    const id = binding.createTensor([2], TF_INT64, words);
    expect(binding.tensorDataSync(id)).toEqual(BigInt64Array.of(5n, -2n));
  });

  it('compute with complex numbers: |3 + 4i| = 5', () => {
    const x = binding.createTensor([1], TF_COMPLEX64, Float32Array.of(3, 4));
    const types = [type('T', TF_COMPLEX64), type('Tout', TF_FLOAT)];
    const [y] = binding.executeOp('ComplexAbs', types, [x], 1) as [TensorMetadata];
    expect(binding.tensorDataSync(y.id)).toEqual(Float32Array.of(5));
  });

  const texts = ['', 'patch', 'x'.repeat(22), 'y'.repeat(23), 'µ'.repeat(5000), 'a\0b'];

  it('hold strings of any length', () => {
    const id = binding.createTensor([2, 3], TF_STRING, utf8(texts));
    expect(textsOf(binding.tensorDataSync(id))).toEqual(texts);
  });

  it('hold strings that outlive the tensor they were copied from', () => {
    const id = binding.createTensor([6], TF_STRING, utf8(texts));
    const axis = binding.createTensor([], TF_INT32, Int32Array.of(0));
    const attributes = [
      { name: 'N', type: attributeKinds.TF_ATTR_INT, value: 2 },
      type('T', TF_STRING),
      type('Tidx', TF_INT32),
    ];
    const [twice] = binding.executeOp('ConcatV2', attributes, [id, id, axis], 1) as [
      TensorMetadata,
    ];
    binding.deleteTensor(id);
    const noise = utf8(texts.map((text) => '!'.repeat(Buffer.byteLength(text))));
    for (let round = 0; round < 100; round++) binding.createTensor([6], TF_STRING, noise);
    expect(textsOf(binding.tensorDataSync(twice.id))).toEqual([...texts, ...texts]);
  });

  it('leave no memory of strings behind', () => {
    const strings = [new Uint8Array(2 ** 20).fill(97)];
    const rss = process.memoryUsage.rss();
    for (let round = 0; round < 1000; round++) {
      binding.deleteTensor(binding.createTensor([1], TF_STRING, strings));
    }
    // 1,000 of 1 MiB were made: a tenth of it is room for allocators and the garbage collector.
    expect(process.memoryUsage.rss() - rss).toBeLessThan(100 * 2 ** 20);
  });

  it.each([
    [
      'another array than the type',
      [1],
      TF_FLOAT,
      Int32Array.of(1),
      'expected Float32Array for TF_FLOAT, got Int32Array',
    ],
    ['no array', [1], TF_INT32, null, 'expected Int32Array for TF_INT32, got undefined'],
    [
      'a type that TensorFlow has and tfjs has not',
      [1],
      2,
      new Float64Array(1),
      'expected a known data type for type 2',
    ],
    ['no type at all', [1], 999, new Float32Array(1), 'expected a known data type for type 999'],
    [
      'text in place of bytes',
      [1],
      TF_STRING,
      ['a'],
      'expected an array of Uint8Array for TF_STRING',
    ],
  ])('are refused: %s', (_, shape, dtype, values, refusal) => {
    expect(() => binding.createTensor(shape, dtype, values as never)).toThrow(
      `Cannot create "tensor": ${refusal}`,
    );
  });

  it.each([
    [
      'too few values',
      [2, 2],
      TF_FLOAT,
      new Float32Array(3),
      'expected 4 values for shape [2, 2], got 3',
    ],
    ['too many values', [], TF_BOOL, new Uint8Array(2), 'expected 1 values for shape [], got 2'],
    [
      'half a complex number',
      [1],
      TF_COMPLEX64,
      new Float32Array(1),
      'expected 2 values for shape [1], got 1',
    ],
    ['half an integer', [1], TF_INT64, new Int32Array(1), 'expected 2 values for shape [1], got 1'],
    ['too few strings', [2], TF_STRING, utf8(['a']), 'expected 2 values for shape [2], got 1'],
    ['a negative size', [-1], TF_FLOAT, new Float32Array(1), 'expected a shape of whole numbers'],
    ['half a size', [0.5], TF_FLOAT, new Float32Array(1), 'expected a shape of whole numbers'],
    ['sizes out of range', [2 ** 40, 2 ** 40, 0], TF_FLOAT, new Float32Array(), 'expected a shape'],
    ['255 dimensions', Array(255).fill(1), TF_FLOAT, new Float32Array(1), 'expected a shape'],
  ])('are refused: %s', (_, shape, dtype, values, refusal) => {
    expect(() => binding.createTensor(shape, dtype, values)).toThrow(
      `Cannot create "tensor": ${refusal}`,
    );
  });

  it('are refused to be read in a data type that JavaScript has no array for', () => {
    const x = binding.createTensor([1], TF_FLOAT, Float32Array.of(1));
    const types = [type('SrcT', TF_FLOAT), type('DstT', 2)];
    const [y] = binding.executeOp('Cast', types, [x], 1) as [TensorMetadata];
    expect(() => binding.tensorDataSync(y.id)).toThrow(
      /^Cannot read "tensor": expected one of TF_FLOAT, .*, got type 2$/,
    );
  });
});
