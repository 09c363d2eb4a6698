import * as tf from '@tensorflow/tfjs-core';

type Shape4D = [number, number, number, number];

/** What tfjs hands to both kernels: the attributes of the convolution, and the shape to give. */
interface GradientAttributes {
  readonly strides: [number, number] | number;
  readonly pad: 'same' | 'valid' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape?: Shape4D;
  readonly filterShape?: Shape4D;
}

/** Where a convolution's windows lie; sizes in pixels. */
type Convolution = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

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
): Convolution {
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
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, convolution: Convolution): tf.Tensor {
  const { batchSize, outHeight, outWidth, outChannels, inChannels } = convolution;
  const { filterHeight, filterWidth } = convolution;
  const pixels = batchSize * outHeight * outWidth;
  const windows = windowsOf(x, convolution).map((part) => tf.reshape(part, [pixels, inChannels]));
  const columns = tf.transpose(
    windows.length === 1 ? (windows[0] as tf.Tensor2D) : tf.concat(windows, 1),
  );
  const gradient = tf.matMul(columns as tf.Tensor2D, tf.reshape(dy, [pixels, outChannels]));
  return tf.reshape(gradient, [filterHeight, filterWidth, inChannels, outChannels]);
}

/** For each of the filter's places, row by row, the pixels it sees: shape [n, h', w', in]. */
function windowsOf(x: tf.Tensor4D, convolution: Convolution): tf.Tensor4D[] {
  const { filterHeight, filterWidth, strideHeight, strideWidth } = convolution;
  const { batchSize, outHeight, outWidth, inChannels, padInfo } = convolution;
  const { top, bottom, left, right } = padInfo;
  const padded = tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const parts: tf.Tensor4D[] = [];
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const endRow = row + (outHeight - 1) * strideHeight + 1;
      const endColumn = column + (outWidth - 1) * strideWidth + 1;
      const begin = [0, row, column, 0];
      const end = [batchSize, endRow, endColumn, inChannels];
      const steps = [1, strideHeight, strideWidth, 1];
      parts.push(tf.stridedSlice(padded, begin, end, steps) as tf.Tensor4D);
    }
  }
  return parts;
}

/**
 * Shape of the convolution's input: the gradient, spread out by the stride, convolved with the
 * filter turned round.
 */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, convolution: Convolution): tf.Tensor {
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

/** Puts stride - 1 zeros between neighbouring pixels. */
function spreadOut(dy: tf.Tensor4D, convolution: Convolution): tf.Tensor4D {
  const { strideHeight, strideWidth } = convolution;
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const apart = tf.pad(tf.reshape(dy, [batch * height, 1, width, channels]), [
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
    [0, 0],
  ]);
  const rows = tf.reshape(apart, [batch * height * strideHeight * width, 1, channels]);
  const spread = tf.pad(rows, [
    [0, 0],
    [0, strideWidth - 1],
    [0, 0],
  ]);
  const whole: Shape4D = [batch, height * strideHeight, width * strideWidth, channels];
  return tf.slice(
    tf.reshape<tf.Rank.R4>(spread, whole),
    [0, 0, 0, 0],
    [batch, (height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1, channels],
  );
}
