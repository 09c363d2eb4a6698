import { beforeAll, describe, expect, it } from 'vitest';
import { attributeKinds, dataTypes } from '../../../src/engine/graph/tensor-types.js';
import type { Binding } from '../../../src/engine/native/binding.js';
import type { TensorMetadata } from '../../../src/engine/native/binding-tensors.js';
import { hasNativeEngine } from '../../native-engine.js';
import { openTestBinding } from './open-test-binding.js';

const { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_INT, TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE } =
  attributeKinds;
const { TF_FLOAT, TF_INT32 } = dataTypes;

describe.skipIf(!hasNativeEngine)('attributes of ops', () => {
  let binding: Binding;
  let x: number;
  beforeAll(async () => {
    binding = await openTestBinding();
    x = binding.createTensor(
      [1, 4, 4, 1],
      TF_FLOAT,
      Float32Array.from({ length: 16 }, (_, i) => i),
    );
  });

  it('may be types, strings and lists of integers: a maximum over 2 by 2', () => {
    const attributes = [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'ksize', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
      { name: 'strides', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
      { name: 'padding', type: TF_ATTR_STRING, value: 'VALID' },
    ];
    const [y] = binding.executeOp('MaxPool', attributes, [x], 1) as [TensorMetadata];
    expect(y.shape).toEqual([1, 2, 2, 1]);
    expect(binding.tensorDataSync(y.id)).toEqual(Float32Array.of(5, 7, 13, 15));
  });

  it('may be shapes and floats', () => {
    const fill = (name: string, attribute: { name: string; type: number; value: unknown }) =>
      binding.executeOp(name, [attribute, { name: 'dtype', type: TF_ATTR_TYPE, value: 1 }], [], 1);
    const shape = { name: 'shape', type: TF_ATTR_SHAPE, value: [2, 3] };
    expect(fill('VarHandleOp', shape)).toHaveLength(1);
    const alpha = { name: 'alpha', type: TF_ATTR_FLOAT, value: 0.5 };
    const minus = binding.createTensor([1], TF_FLOAT, Float32Array.of(-3));
    const [y] = binding.executeOp('LeakyRelu', [alpha], [minus], 1) as [TensorMetadata];
    expect(binding.tensorDataSync(y.id)).toEqual(Float32Array.of(-1.5));
  });

  it.each([
    [
      'another kind',
      { name: 'T', type: TF_ATTR_INT, value: 1 },
      'expected attribute "T" to be TF_ATTR_TYPE, got TF_ATTR_INT 1',
    ],
    [
      'text for a number',
      { name: 'T', type: TF_ATTR_TYPE, value: 'float' },
      'got TF_ATTR_TYPE "float"',
    ],
    [
      'one for a list',
      { name: 'ksize', type: TF_ATTR_INT, value: 2 },
      'to be a list of TF_ATTR_INT, got TF_ATTR_INT 2',
    ],
    [
      'a list for one',
      { name: 'padding', type: TF_ATTR_STRING, value: ['SAME'] },
      'to be TF_ATTR_STRING',
    ],
    [
      'a number for truth',
      { name: 'padding', type: TF_ATTR_BOOL, value: 1 },
      'to be TF_ATTR_STRING',
    ],
    [
      'no value',
      { name: 'ksize', type: TF_ATTR_INT, value: undefined },
      'to be a list of TF_ATTR_INT',
    ],
    ['no such kind', { name: 'T', type: 99, value: 1 }, 'got kind 99 1'],
    ['no such attribute', { name: 'nonsense', type: TF_ATTR_INT, value: 1 }, 'TensorFlow says: '],
    [
      'a value that the op does not allow',
      { name: 'padding', type: TF_ATTR_STRING, value: 'ODD' },
      'TensorFlow says: ',
    ],
  ])('are refused: %s', (_, attribute, refusal) => {
    const others = [
      { name: 'ksize', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
      { name: 'strides', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
      { name: 'padding', type: TF_ATTR_STRING, value: 'VALID' },
    ].filter(({ name }) => name !== attribute.name);
    const pool = () => binding.executeOp('MaxPool', [...others, attribute], [x], 1);
    expect(pool).toThrow('Cannot execute op "MaxPool": ');
    expect(pool).toThrow(refusal);
  });

  it('are refused: no name', () => {
    const nameless = { type: TF_ATTR_INT, value: 1 } as never;
    expect(() => binding.executeOp('MaxPool', [nameless], [x], 1)).toThrow('"MaxPool": ');
  });

  it('are refused by TensorFlow: no such data type', () => {
    const attributes = [
      { name: 'SrcT', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'DstT', type: TF_ATTR_TYPE, value: 98 },
    ];
    expect(() => binding.executeOp('Cast', attributes, [x], 1)).toThrow(
      /^Cannot execute op "Cast": TensorFlow says: .*98/,
    );
  });

  it('take an integer from a fraction, as tfjs-node hands a seed on', () => {
    const zero = binding.createTensor([1, 1], TF_FLOAT, Float32Array.of(0));
    const count = binding.createTensor([], TF_INT32, Int32Array.of(2));
    const seed = { name: 'seed', type: TF_ATTR_INT, value: 3.14 };
    const [y] = binding.executeOp('Multinomial', [seed], [zero, count], 1) as [TensorMetadata];
    expect(binding.tensorDataSync(y.id)).toEqual(BigInt64Array.of(0n, 0n));
  });
});
