import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/weights/format-error.js';
import {
  TorchStorage,
  TorchTensor,
  torchTensorValues,
} from '../../../src/weights/torch/torch-tensor.js';

const floats = Float32Array.of(0, 1, 2, 3, 4, 5);

function valuesOf(
  view: { offset?: unknown; shape: unknown; strides: unknown; length?: number; start?: number },
  isBigEndian = false,
) {
  const { offset = 0, shape, strides, length = 6, start = 0 } = view;
  const tensor = new TorchTensor(
    new TorchStorage('0', 'F32', length, start),
    offset,
    shape,
    strides,
  );
  const storages = { of: () => new Uint8Array(floats.buffer), isBigEndian };
  return torchTensorValues('w', tensor, storages, 100);
}

describe('torchTensorValues', () => {
  it('gives a view of the bytes where the numbers lie in order', () => {
    const { data } = valuesOf({ shape: [2, 3], strides: [3, 1] });
    expect([...data]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(data.buffer).toBe(floats.buffer);
  });

  it.each([
    ['transposed', { shape: [3, 2], strides: [1, 3] }, [0, 3, 1, 4, 2, 5]],
    ['every second', { offset: 1, shape: [3], strides: [2] }, [1, 3, 5]],
    ['expanded', { offset: 4, shape: [2, 2], strides: [0, 1] }, [4, 5, 4, 5]],
    ['a number', { offset: 2, shape: [], strides: [] }, [2]],
    ['nothing', { offset: 6, shape: [0, 3], strides: [3, 1] }, []],
    ['of a view that starts later', { shape: [2], strides: [1], length: 2, start: 3 }, [3, 4]],
    ['a stride of an axis of one', { shape: [1, 2], strides: [77, 1] }, [0, 1]],
  ])('honours strides: %s', (_, view, values) => {
    expect([...valuesOf(view).data]).toEqual(values);
  });

  it('turns the bytes of a big-endian machine', () => {
    const swapped = new DataView(new ArrayBuffer(4));
    swapped.setFloat32(0, 1);
    const { data } = valuesOf({ offset: 1, shape: [1], strides: [1] }, true);
    expect(data[0]).toBe(swapped.getFloat32(0, true));
  });

  it.each([
    ['2 ** 40 numbers', { shape: [2 ** 40], strides: [1], length: 2 ** 40 }],
    ['more numbers than bytes', { shape: [7], strides: [1], length: 7 }],
    ['one number shown a billion times', { shape: [1e9], strides: [0] }],
    ['a shape beyond whole numbers', { shape: [2 ** 40, 2 ** 40], strides: [0, 0] }],
    ['a negative stride', { offset: 5, shape: [6], strides: [-1] }],
    ['a negative offset', { offset: -1, shape: [2], strides: [1] }],
    ['an offset behind the end', { offset: 6, shape: [1], strides: [1] }],
    ['a stride that leads out', { shape: [2], strides: [6] }],
    ['no stride for an axis', { shape: [2, 2], strides: [1] }],
    ['a shape of texts', { shape: ['2'], strides: [1] }],
    ['no shape', { shape: null, strides: null }],
    ['nine axes', { shape: Array(9).fill(1), strides: Array(9).fill(1) }],
  ])('refuses %s', (_, view) => {
    expect(() => valuesOf(view)).toThrow(FormatError);
  });
});
