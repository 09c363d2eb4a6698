import * as tf from '@tensorflow/tfjs-core';
import { type FusedOp, runFusedOp } from './fused-op.js';
import { isNative, runNative } from './native-op.js';

/** The rectifier: negative values become 0. Same shape. */
export function relu<T extends tf.Tensor>(x: T): T {
  return isNative() ? (runFusedOp(nativeRelu, { x })[0] as T) : tf.relu(x);
}

/** tfjs's own gradient takes four ops; this one also keeps the output only, not the input. */
const nativeRelu: FusedOp = {
  name: 'HistoNativeRelu',
  inputsToSave: [],
  outputsToSave: [true],
  forward: ({ x }) => runNative('Relu', { T: 'float32' }, [x as tf.Tensor]),
  gradients: ([dy], [y]) => ({
    x: () =>
      runNative('ReluGrad', { T: 'float32' }, [dy as tf.Tensor, y as tf.Tensor])[0] as tf.Tensor,
  }),
};
