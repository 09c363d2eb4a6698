import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { averagePool, linear, masked, sumOf } from '../../src/model/layers.js';
import { startTestEngine } from './start-test-engine.js';

beforeAll(() => startTestEngine());

describe('linear', () => {
  const x = () => tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const matrix = () => tf.tensor2d([1, 0, 2, 0, 1, -1], [2, 3]);
  const bias = () => tf.tensor1d([10, 20, 30]);

  it('is a matrix product and a bias', () => {
    expect(linear(x(), matrix(), bias()).arraySync()).toEqual([
      [11, 22, 30],
      [13, 24, 32],
    ]);
  });

  it('has the gradients of hand', () => {
    const dy = tf.tensor2d([1, 0, 2, 0, 1, 0], [2, 3]);
    const [dx, dMatrix, dBias] = tf.grads((...inputs: tf.Tensor[]) =>
      linear(...(inputs as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D])),
    )([x(), matrix(), bias()], dy);
    expect(dx?.arraySync()).toEqual([
      [5, -2],
      [0, 1],
    ]);
    expect(dMatrix?.arraySync()).toEqual([
      [1, 3, 2],
      [2, 4, 4],
    ]);
    expect(dBias?.arraySync()).toEqual([1, 1, 2]);
  });
});

describe('averagePool', () => {
  it('is the mean over height and width, and spreads its gradient evenly', () => {
    const x = tf.tensor4d([1, 10, 2, 20, 3, 30, 6, 40], [1, 2, 2, 2]);
    expect(averagePool(x).arraySync()).toEqual([[3, 25]]);
    const gradient = tf.grad((input) => averagePool(input as tf.Tensor4D))(
      x,
      tf.tensor2d([[4, 8]]),
    );
    expect(gradient.shape).toEqual([1, 2, 2, 2]);
    expect([...gradient.dataSync()]).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
  });
});

describe('sumOf', () => {
  it('gives its gradient to both, also where both are the same tensor', () => {
    const x = tf.tensor1d([1, 2]);
    const y = tf.tensor1d([3, 5]);
    expect(sumOf(x, y).arraySync()).toEqual([4, 7]);
    const [dx, dy] = tf.grads((a: tf.Tensor, b: tf.Tensor) => sumOf(sumOf(a, b), a))([x, y]);
    expect(dx?.arraySync()).toEqual([2, 2]);
    expect(dy?.arraySync()).toEqual([1, 1]);
  });
});

describe('masked', () => {
  it('multiplies values and gradients by the mask', () => {
    const mask = tf.tensor1d([0, 2]);
    const x = tf.tensor1d([3, 4]);
    expect(masked(x, mask).arraySync()).toEqual([0, 8]);
    const gradient = tf.grad((input) => masked(input, mask))(x, tf.tensor1d([5, 7]));
    expect(gradient.arraySync()).toEqual([0, 14]);
  });
});
