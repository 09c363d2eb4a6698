import * as tf from '@tensorflow/tfjs-core';
import type { FusedOp } from './fused-op.js';
import { runNative } from './native-op.js';

/**
 * BatchNorm of a training batch as one op of TensorFlow's, and one for its gradients. Inputs `x`,
 * `scale` and `offset`, attribute `epsilon`; outputs y, mean, unbiased variance, and three tensors
 * for the gradient alone.
 */
export const nativeBatchNorm: FusedOp = {
  name: 'HistoNativeBatchNorm',
  inputsToSave: ['x', 'scale'],
  outputsToSave: [false, false, false, true, true, true],
  forward: (inputs, { epsilon = 0 }) => {
    const { x, scale, offset } = inputs as { x: tf.Tensor; scale: tf.Tensor; offset: tf.Tensor };
    const unused = tf.tensor1d([], 'float32'); // running statistics, which inference would take
    const attributes = { ...attributesOf(epsilon), exponential_avg_factor: { real: 1 } } as const;
    const values = [asImages(x), scale, offset, unused, unused];
    const [y, ...others] = runNative('FusedBatchNormV3', attributes, values, 6) as [tf.Tensor];
    return [sameShape(y, x), ...others];
  },
  gradients: ([dy], saved, { epsilon = 0 }) => {
    const [x, scale, ...reserved] = saved as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    const [xGradient, scaleGradient, offsetGradient] = tf.tidy(() => {
      const inputs = [asImages(dy as tf.Tensor), asImages(x), scale, ...reserved];
      const all = runNative('FusedBatchNormGradV3', attributesOf(epsilon), inputs, 5);
      const [dx, dScale, dOffset] = all as [tf.Tensor, tf.Tensor, tf.Tensor];
      return [sameShape(dx, x), dScale, dOffset] as [tf.Tensor, tf.Tensor, tf.Tensor];
    });
    return { x: () => xGradient, scale: () => scaleGradient, offset: () => offsetGradient };
  },
};

function attributesOf(epsilon: number) {
  return {
    T: 'float32',
    U: 'float32',
    epsilon: { real: epsilon },
    data_format: { text: 'NHWC' },
    is_training: true,
  } as const;
}

/** The op takes images alone: [n, c] -> [n, 1, 1, c]. */
function asImages(x: tf.Tensor): tf.Tensor {
  return x.rank === 4 ? x : tf.reshape(x, [x.shape[0] as number, 1, 1, -1]);
}

function sameShape(y: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return x.rank === 4 ? y : tf.reshape(y, x.shape);
}
