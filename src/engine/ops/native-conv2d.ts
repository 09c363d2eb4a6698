import * as tf from '@tensorflow/tfjs-core';
import { type FusedOp, type OpAttributes, runFusedOp } from './fused-op.js';
import { gatheredFilterGradient } from './gathered-filter-gradient.js';
import { canFilter, filteredConv2d } from './native-filtered-conv2d.js';
import { isOnGpu, isReduced, runNative } from './native-op.js';
import { pointwiseConv2d } from './native-pointwise-conv2d.js';
import { type WindowPadding, windowPadding } from './window-padding.js';

/** {@link conv2d} by TensorFlow's fastest ops for the shape. */
export function nativeConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: number,
  padding: number,
): tf.Tensor4D {
  if (isOnGpu())
    return runFusedOp(spatialConv2d, { x, filter }, { stride, padding })[0] as tf.Tensor4D;
  if (canFilter(x, filter, stride, padding)) {
    const largestTile = isReduced() ? 2 : 4; // a type of few digits bears fewer mixed together
    const attributes = { size: x.shape[1], stride, largestTile };
    return runFusedOp(filteredConv2d, { x, filter }, attributes)[0] as tf.Tensor4D;
  }
  const op = isPointwise(filter, padding) ? pointwiseConv2d : spatialConv2d;
  return runFusedOp(op, { x, filter }, { stride, padding })[0] as tf.Tensor4D;
}

/** True if a convolution is a matrix product. */
export function isPointwise({ shape: [height, width] }: tf.Tensor4D, padding: number): boolean {
  return height === 1 && width === 1 && padding === 0;
}

/** Windows of a patch up to which gathering their pixels pays, as products gain more in a smaller type. */
const FEW_WINDOWS = { full: 4, reduced: 49 };

const spatialConv2d: FusedOp = {
  name: 'HistoNativeConv2d',
  inputsToSave: ['x', 'filter'],
  outputsToSave: [false],
  forward: ({ x, filter }, attributes) => {
    const geometry = geometryOf(x as tf.Tensor4D, filter as tf.Tensor4D, attributes);
    const padded = padBeforehand(x as tf.Tensor4D, geometry);
    return runNative('Conv2D', geometry.attributes, [padded, filter as tf.Tensor]);
  },
  gradients: ([dy], saved, attributes) => {
    const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
    const geometry = geometryOf(x, filter, attributes);
    return {
      x: () => inputGradient(dy as tf.Tensor, x, filter, geometry),
      filter: () => filterGradient(dy as tf.Tensor, x, filter, geometry),
    };
  },
};

interface Geometry {
  readonly stride: number;
  readonly rows: WindowPadding;
  readonly columns: WindowPadding;
  readonly isPadded: boolean;
  /** Of Conv2D and of both its gradients. */
  readonly attributes: Parameters<typeof runNative>[1];
}

function geometryOf(
  { shape: [, height, width] }: tf.Tensor4D,
  { shape: [filterHeight, filterWidth] }: tf.Tensor4D,
  { stride = 1, padding = 0 }: OpAttributes,
): Geometry {
  const rows = windowPadding(height, filterHeight, stride, padding);
  const columns = windowPadding(width, filterWidth, stride, padding);
  const isTensorFlows = rows.kind === columns.kind && rows.kind !== 'BEFOREHAND';
  const attributes = {
    T: 'float32',
    strides: [1, stride, stride, 1],
    padding: { text: isTensorFlows ? rows.kind : 'VALID' },
    data_format: { text: 'NHWC' },
  } as const;
  return { stride, rows, columns, isPadded: !isTensorFlows, attributes };
}

function padBeforehand(x: tf.Tensor4D, { rows, columns, isPadded }: Geometry): tf.Tensor4D {
  if (!isPadded) return x;
  return tf.pad(x, [
    [0, 0],
    [rows.before, rows.after],
    [columns.before, columns.after],
    [0, 0],
  ]);
}

function inputGradient(
  dy: tf.Tensor,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor {
  const { rows, columns, isPadded, attributes } = geometry;
  const [batch, height, width, channels] = x.shape;
  const paddedShape = isPadded
    ? [batch, height + rows.before + rows.after, width + columns.before + columns.after, channels]
    : x.shape;
  const inputs = [tf.tensor1d(paddedShape, 'int32'), filter, dy];
  const [dx] = runNative('Conv2DBackpropInput', attributes, inputs) as [tf.Tensor];
  return isPadded ? tf.slice(dx, [0, rows.before, columns.before, 0], x.shape) : dx;
}

function filterGradient(
  dy: tf.Tensor,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor {
  const windows = geometry.rows.outputSize * geometry.columns.outputSize;
  if (windows <= (isReduced() ? FEW_WINDOWS.reduced : FEW_WINDOWS.full) && !isOnGpu()) {
    return gatheredFilterGradient(dy, x, filter.shape, geometry);
  }
  const padded = padBeforehand(x, geometry);
  const inputs = [padded, tf.tensor1d(filter.shape, 'int32'), dy];
  return runNative('Conv2DBackpropFilter', geometry.attributes, inputs)[0] as tf.Tensor;
}
