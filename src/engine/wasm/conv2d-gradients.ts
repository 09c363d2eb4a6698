import * as tf from '@tensorflow/tfjs-core';
import { type Shape4D, spreadOut, type Windows, windowsOf } from './windows.js';

/** What tfjs hands to both kernels: the attributes of the convolution, and the shape to give. */
interface GradientAttributes {
  readonly strides: [number, number] | number;
  readonly pad: 'same' | 'valid' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape?: Shape4D;
  readonly filterShape?: Shape4D;
}

/**
 * Registers both gradients of Conv2D (NHWC, no dilation), made of other ops. tfjs's wasm back-end
 * has no `Conv2DBackpropFilter`, and its own `Conv2DBackpropInput` is several times slower than the
 * ordinary convolution that this gradient can be written as.
 */
export function registerConv2dGradients(backendName: string): void {
  tf.unregisterKernel('Conv2DBackpropInput', backendName);
  register('Conv2DBackpropInput', backendName, (inputs, attributes) => {
    const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
    const inputShape = attributes.inputShape as Shape4D;
    return inputGradient(dy, filter, convolutionOf(inputShape, filter.shape, attributes));
  });
  register('Conv2DBackpropFilter', backendName, (inputs, attributes) => {
    const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
    const filterShape = attributes.filterShape as Shape4D;
    return filterGradient(x, dy, convolutionOf(x.shape, filterShape, attributes));
  });
}

function register(
  kernelName: string,
  backendName: string,
  gradient: (inputs: tf.NamedTensorMap, attributes: GradientAttributes) => tf.Tensor,
): void {
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => gradient(inputs as tf.NamedTensorMap, attrs as unknown as GradientAttributes)),
  });
}

function convolutionOf(
  inputShape: Shape4D,
  filterShape: Shape4D,
  { strides, pad, dimRoundingMode }: GradientAttributes,
): Windows {
  return tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/**
 * Shape [height, width, in, out]: what every weight saw, times what came back: one matrix product of
 * the windows' pixels, [n h' w', height width in], and the gradient, [n h' w', out].
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, convolution: Windows): tf.Tensor {
  const { batchSize, outHeight, outWidth, outChannels, inChannels } = convolution;
  const { filterHeight, filterWidth } = convolution;
  const pixels = batchSize * outHeight * outWidth;
  const windows = windowsOf(x, convolution, 0).map((part) =>
    tf.reshape(part, [pixels, inChannels]),
  );
  const columns = tf.transpose(
    windows.length === 1 ? (windows[0] as tf.Tensor2D) : tf.concat(windows, 1),
  );
  const gradient = tf.matMul(columns as tf.Tensor2D, tf.reshape(dy, [pixels, outChannels]));
  return tf.reshape(gradient, [filterHeight, filterWidth, inChannels, outChannels]);
}

/**
 * Shape of the convolution's input: the gradient, spread out by the stride, convolved with the
 * filter turned round.
 */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, convolution: Windows): tf.Tensor {
  const { filterHeight, filterWidth, inHeight, inWidth, padInfo } = convolution;
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  const isPointwise = filterHeight === 1 && filterWidth === 1;
  // One pixel's product stays one pixel's, so it is cheaper to spread out afterwards.
  const spread = isPointwise
    ? spreadOut(tf.conv2d(dy, turned, 1, 'valid'), convolution)
    : spreadOut(dy, convolution);
  const [, height, width] = spread.shape;
  const top = filterHeight - 1 - padInfo.top;
  const left = filterWidth - 1 - padInfo.left;
  const bottom = inHeight + filterHeight - 1 - height - top;
  const right = inWidth + filterWidth - 1 - width - left;
  const padded = tf.pad(spread, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  return isPointwise ? padded : tf.conv2d(padded, turned, 1, 'valid');
}
