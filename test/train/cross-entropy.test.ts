import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy, oneHotLabels } from '../../src/train/cross-entropy.js';
import { startTestEngine } from '../model/start-test-engine.js';

beforeAll(() => startTestEngine());

function lossOf(logits: number[][], labels: readonly number[]): number {
  return tf.tidy(() => {
    const loss = crossEntropy(tf.tensor2d(logits), oneHotLabels(labels, 2));
    return loss.dataSync()[0] as number;
  });
}

function gradientOf(logits: number[][], labels: readonly number[]): number[] {
  return tf.tidy(() => {
    const oneHot = oneHotLabels(labels, 2);
    const gradient = tf.grad((x) => crossEntropy(x as tf.Tensor2D, oneHot))(tf.tensor2d(logits));
    return [...gradient.dataSync()];
  });
}

describe('crossEntropy', () => {
  it('is log 2 where nothing is known', () => {
    expect(lossOf([[3, 3]], [0])).toBeCloseTo(Math.LN2, 6);
  });

  it('is the mean over the batch of -log p', () => {
    // p of class 1 is 3/4 in both rows: -log(3/4) and -log(1/4).
    const logits = [
      [0, Math.log(3)],
      [1, 1 + Math.log(3)],
    ];
    expect(lossOf(logits, [1, 0])).toBeCloseTo((Math.log(4 / 3) + Math.log(4)) / 2, 6);
  });

  it('has the gradient (p - y) / n', () => {
    const logits = [
      [0, Math.log(3)],
      [1, 1 + Math.log(3)],
    ];
    const expected = [0.125, -0.125, -0.375, 0.375];
    for (const [at, value] of gradientOf(logits, [1, 0]).entries()) {
      expect(value).toBeCloseTo(expected[at] as number, 6);
    }
  });

  it('stays finite for extreme logits', () => {
    expect(lossOf([[1000, -1000]], [0])).toBeCloseTo(0, 12);
    expect(lossOf([[1000, -1000]], [1])).toBe(2000);
    expect(lossOf([[-1e6, -1e6]], [1])).toBeCloseTo(Math.LN2, 6);
    expect(gradientOf([[1000, -1000]], [1])).toEqual([1, -1]);
  });

  it('is not finite where a logit is not', () => {
    expect(lossOf([[Number.NaN, 0]], [0])).toBeNaN();
  });
});

describe('oneHotLabels', () => {
  it('has a single 1 a row', () => {
    expect(oneHotLabels([1, 0, 2], 3).arraySync()).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it.each([2, -1, 0.5])('refuses label %s of two classes', (label) => {
    expect(() => oneHotLabels([0, label], 2)).toThrow(
      `expected labels from 0 to 1, got ${label} in row 1`,
    );
  });
});
