import * as tf from '@tensorflow/tfjs-core';

export type Shape4D = [number, number, number, number];

/** Where the windows of a convolution or of pooling lie; sizes in pixels. */
export type Windows = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/**
 * For each of a window's places, row by row, the pixel that every window has there.
 *
 * @param padding What lies around the image.
 * @returns Tensors of shape [n, h', w', in].
 */
export function windowsOf(x: tf.Tensor4D, windows: Windows, padding: number): tf.Tensor4D[] {
  const { filterHeight, filterWidth, strideHeight, strideWidth } = windows;
  const { batchSize, outHeight, outWidth, inChannels, padInfo } = windows;
  const { top, bottom, left, right } = padInfo;
  const padded = tf.pad(
    x,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    padding,
  );
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

/** Puts stride - 1 zeros between neighbouring pixels: shape [n, (h - 1) stride + 1, …, c]. */
export function spreadOut(dy: tf.Tensor4D, windows: Windows): tf.Tensor4D {
  const { strideHeight, strideWidth } = windows;
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
