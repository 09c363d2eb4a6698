import * as tf from '@tensorflow/tfjs-core';
import { dataTypes } from '../graph/tensor-types.js';
import type { NodeJSKernelBackend } from '../native/tfjs-node-backend.js';
import { isNative } from './native-op.js';

/**
 * Bytes as a tensor. tfjs has no such type and calls it int32: only ops of ours that ask for bytes
 * take it. TensorFlow holds a byte a value, the others four.
 *
 * @param values As many as the shape says; copied.
 */
export function uint8Tensor(values: Uint8Array, shape: readonly number[]): tf.Tensor {
  if (!isNative()) return tf.tensor(Int32Array.from(values), [...shape], 'int32');
  const backend = tf.backend() as NodeJSKernelBackend;
  const id = backend.binding.createTensor(shape, dataTypes.TF_UINT8, values);
  return backend.createOutputTensor({ id, shape: [...shape], dtype: dataTypes.TF_UINT8 });
}
