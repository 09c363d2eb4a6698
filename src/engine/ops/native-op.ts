import * as tf from '@tensorflow/tfjs-core';
import type { OpAttribute } from '../graph/graph-def.js';
import { attributeKinds, dataTypes } from '../graph/tensor-types.js';
import type { NodeJSKernelBackend } from '../native/tfjs-node-backend.js';

/** An attribute of one of TensorFlow's own ops, named as TensorFlow names it. */
export type NativeAttributes = Readonly<
  Record<string, 'float32' | 'int32' | 'uint8' | Text | Whole | Real | boolean | readonly number[]>
>;

/** Text, for example of `padding`; a bare string would be a data type. */
interface Text {
  readonly text: string;
}
interface Whole {
  readonly whole: number;
}
interface Real {
  readonly real: number;
}

/** True if TensorFlow is the current back-end, so that {@link runNative} may be called. */
export function isNative(): boolean {
  return tf.getBackend() === 'tensorflow';
}

/** True if TensorFlow computes on a GPU, where cuDNN chooses among ways to convolve by itself. */
export function isOnGpu(): boolean {
  return isNative() && (tf.backend() as NodeJSKernelBackend).binding.isUsingGpuDevice();
}

/**
 * Runs one of TensorFlow's own ops, past tfjs: nothing is recorded for gradients.
 *
 * @param inputs Stay the caller's.
 * @param outputCount As many as the op gives.
 * @returns The outputs, owned by the caller's scope (`tf.tidy`).
 * @throws {Error} If TensorFlow refuses; the message names the op.
 * @see https://www.tensorflow.org/api_docs/python/tf/raw_ops
 */
export function runNative(
  name: string,
  attributes: NativeAttributes,
  inputs: readonly tf.Tensor[],
  outputCount = 1,
): tf.Tensor[] {
  const backend = tf.backend() as NodeJSKernelBackend;
  const list = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
  if (backend.recorder && PRODUCTS.has(name)) {
    const ids = backend.getInputTensorIds(inputs);
    const made = backend.recorder.noteReducible(name, list, ids);
    return made.map((tensor) => backend.createOutputTensor(tensor));
  }
  return backend.executeMultipleOutputs(name, list, inputs, outputCount);
}

/** Ops that are most of a network's work, and lose little by inputs of less precision. */
const PRODUCTS = new Set([
  'BatchMatMulV2',
  'Conv2D',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'MatMul',
]);

/** True while a step is recorded whose large products are to be computed in a smaller type. */
export function isReduced(): boolean {
  return (tf.backend() as NodeJSKernelBackend).recorder?.isReduced ?? false;
}

/**
 * Notes an op that changes variables in place, where a step is being recorded as a graph.
 *
 * @param op Takes the variables first, then the inputs.
 * @returns False if nothing is being recorded: the caller does the work itself then.
 */
export function recordUpdate(
  op: string,
  attributes: NativeAttributes,
  variables: readonly tf.Tensor[],
  inputs: readonly tf.Tensor[],
): boolean {
  const backend = tf.backend() as NodeJSKernelBackend;
  if (!isNative() || !backend.recorder) return false;
  const list = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
  const [variableIds, inputIds] = [variables, inputs].map((all) => backend.getInputTensorIds(all));
  backend.recorder.noteUpdate(op, list, variableIds as number[], inputIds as number[]);
  return true;
}

function attributeOf(name: string, value: NativeAttributes[string]): OpAttribute {
  const { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_TYPE } = attributeKinds;
  if (value === 'float32') return { name, type: TF_ATTR_TYPE, value: dataTypes.TF_FLOAT };
  if (value === 'int32') return { name, type: TF_ATTR_TYPE, value: dataTypes.TF_INT32 };
  if (value === 'uint8') return { name, type: TF_ATTR_TYPE, value: dataTypes.TF_UINT8 };
  if (typeof value === 'boolean') return { name, type: TF_ATTR_BOOL, value };
  if ('text' in value) return { name, type: TF_ATTR_STRING, value: value.text };
  if ('whole' in value) return { name, type: TF_ATTR_INT, value: value.whole };
  if ('real' in value) return { name, type: TF_ATTR_FLOAT, value: value.real };
  return { name, type: TF_ATTR_INT, value };
}
