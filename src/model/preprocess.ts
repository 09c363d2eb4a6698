import * as tf from '@tensorflow/tfjs-core';
import { cutPatches } from '../engine/ops/cut-patches.js';
import { uint8Tensor } from '../engine/ops/uint8-tensor.js';

/** Order of the channels given to the network: `bgr` is what OpenCV's `imread` leaves. */
export type Channels = 'rgb' | 'bgr';

/** What values in [0, 1] are normalised by: (value - mean) / std, a figure a channel. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The figures of ImageNet's pictures, as torchvision has them. */
export const imageNet: Normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** What is done to all patches before the first layer. */
export interface Preprocessing extends Normalization {
  /** Side of the square that is cut out. */
  readonly cropPx: number;
  readonly channels: Channels;
}

/** Whole patches, and what is to be cut out of them. */
export interface PatchBatch {
  /** Shape [size, heightPx, widthPx, 3], red first. */
  readonly pixels: Uint8Array;
  /** Shape [size, 6] or [1, 6], as {@link cutPatches} takes them. */
  readonly steps: Int32Array;
  readonly size: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A batch as tensors. */
export interface PatchInputs extends tf.NamedTensorMap {
  readonly patches: tf.Tensor4D;
  readonly steps: tf.Tensor2D;
  /** Shape [3, 3]: the largest value, mean and deviation of each channel. */
  readonly figures: tf.Tensor2D;
}

/**
 * The tensors of a batch, the caller's to dispose of. The figures are among them, and no constants
 * of the step: TensorFlow would multiply by the reciprocal of a constant, and lose the last bit.
 */
export function patchInputs(
  { pixels, steps, size, widthPx, heightPx }: PatchBatch,
  { mean, std }: Normalization,
): PatchInputs {
  return {
    patches: uint8Tensor(pixels, [size, heightPx, widthPx, 3]) as tf.Tensor4D,
    steps: tf.tensor2d(steps, [steps.length / 6, 6], 'int32'),
    figures: tf.tensor2d([...[255, 255, 255], ...mean, ...std], [3, 3]),
  };
}

/**
 * Cuts out of the patches what the network sees, and normalises it: (value / 255 - mean) / std in
 * float32, step by step as torchvision does it, so equal to the last bit.
 *
 * With `bgr` the channels are swapped and mean and deviation stay in their places: the first
 * channel is blue, normalised by the red figures, as in the reference recipe.
 *
 * @returns Shape [n, cropPx, cropPx, 3].
 */
export function preprocess(
  { patches, steps, figures }: PatchInputs,
  { cropPx, channels }: Pick<Preprocessing, 'cropPx' | 'channels'>,
): tf.Tensor4D {
  return tf.tidy(() => {
    const cut = cutPatches(patches, steps, cropPx);
    const pixels = channels === 'rgb' ? cut : tf.reverse(cut, 3);
    // Whole rows: a vector of three would be spread over the pixels ten times as slowly.
    const [largest, mean, std] = tf.unstack(tf.tile(figures, [1, cropPx])) as Figures;
    const rows = tf.reshape(pixels, [-1, 3 * cropPx]);
    const normalised = tf.div(tf.sub(tf.div(rows, largest), mean), std);
    return tf.reshape(normalised, cut.shape);
  });
}

type Figures = [largest: tf.Tensor1D, mean: tf.Tensor1D, std: tf.Tensor1D];
