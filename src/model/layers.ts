import * as tf from '@tensorflow/tfjs-core';
import { type FusedOp, runFusedOp } from '../engine/ops/fused-op.js';

/**
 * A linear layer: x times the matrix, plus the bias. Differentiable in all three.
 *
 * @param x Shape [n, in].
 * @param matrix Shape [in, out].
 * @param bias Shape [out].
 * @returns Shape [n, out].
 */
export function linear(x: tf.Tensor2D, matrix: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return only<tf.Tensor2D>(runFusedOp(linearOp, { x, matrix, bias }));
}

/** Mean over height and width: [n, h, w, c] -> [n, c]. Differentiable. */
export function averagePool(x: tf.Tensor4D): tf.Tensor2D {
  const [, height, width] = x.shape;
  return only<tf.Tensor2D>(runFusedOp(averagePoolOp, { x }, { height, width }));
}

/** The sum of two tensors of one shape: a block's shortcut. Differentiable in both. */
export function sumOf<T extends tf.Tensor>(a: T, b: T): T {
  return only<T>(runFusedOp(sumOp, { a, b }));
}

/** x times a mask of its shape. Differentiable in x. */
export function masked<T extends tf.Tensor>(x: T, mask: T): T {
  return only<T>(runFusedOp(maskOp, { x, mask }));
}

const linearOp: FusedOp = {
  name: 'HistoLinear',
  inputsToSave: ['x', 'matrix'],
  outputsToSave: [false],
  forward: (inputs) => {
    const { x, matrix, bias } = inputs as Record<'x' | 'matrix' | 'bias', tf.Tensor>;
    return [tf.add(tf.matMul(x, matrix), bias)];
  },
  gradients: ([dy], saved) => {
    const [x, matrix] = saved as [tf.Tensor, tf.Tensor];
    const upstream = dy as tf.Tensor;
    return {
      x: () => tf.matMul(upstream, matrix, false, true),
      matrix: () => tf.matMul(x, upstream, true, false),
      bias: () => tf.sum(upstream, 0),
    };
  },
};

const averagePoolOp: FusedOp = {
  name: 'HistoAveragePool',
  inputsToSave: [],
  outputsToSave: [false],
  forward: ({ x }) => [tf.mean(x as tf.Tensor, [1, 2])],
  gradients: ([dy], _saved, { height = 1, width = 1 }) => ({
    x: () => {
      const [patches = 0, channels = 0] = (dy as tf.Tensor).shape;
      const share = tf.div(dy as tf.Tensor, height * width);
      return tf.tile(tf.reshape(share, [patches, 1, 1, channels]), [1, height, width, 1]);
    },
  }),
};

const sumOp: FusedOp = {
  name: 'HistoSum',
  inputsToSave: [],
  outputsToSave: [false],
  forward: (inputs) => {
    const { a, b } = inputs as Record<'a' | 'b', tf.Tensor>;
    return [tf.add(a, b)];
  },
  // Two handles on the same values: tfjs disposes of the two gradients apart.
  gradients: ([dy]) => ({ a: () => tf.clone(dy as tf.Tensor), b: () => tf.clone(dy as tf.Tensor) }),
};

const maskOp: FusedOp = {
  name: 'HistoMask',
  inputsToSave: ['mask'],
  outputsToSave: [false],
  forward: (inputs) => {
    const { x, mask } = inputs as Record<'x' | 'mask', tf.Tensor>;
    return [tf.mul(x, mask)];
  },
  gradients: ([dy], [mask]) => ({ x: () => tf.mul(dy as tf.Tensor, mask as tf.Tensor) }),
};

function only<T extends tf.Tensor>(outputs: readonly tf.Tensor[]): T {
  return outputs[0] as T;
}
