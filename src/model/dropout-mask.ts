import * as tf from '@tensorflow/tfjs-core';
import { randomStream } from '../rng.js';
import { type Architecture, featuresOf } from './architecture.js';

/** Sets these draws apart from others of the same seed. */
const purpose = 0x64726f70; // "drop"

/**
 * A mask for inverted dropout: 0 where a feature is dropped, 1 / (1 - rate) where it is kept, so
 * that its expectation is 1. Drawn on the host, thus the same on every engine.
 *
 * @param keys Integers that name the mask, for example (seed, step, layer): the same keys give the
 *   same mask, others another one.
 * @param rate Probability in [0, 1) that a feature is dropped.
 * @returns Shape [count].
 * @see Srivastava et al. 2014, jmlr.org/papers/v15/srivastava14a
 */
export function dropoutMask(keys: readonly number[], count: number, rate: number): Float32Array {
  const random = randomStream(purpose, ...keys);
  const kept = 1 / (1 - rate);
  const mask = new Float32Array(count);
  for (let at = 0; at < count; at++) mask[at] = random.nextUniform() < rate ? 0 : kept;
  return mask;
}

/** The masks of the head's two dropout layers. */
export function dropoutMasks(
  architecture: Architecture,
  size: number,
  keys: readonly number[],
): readonly tf.Tensor2D[] {
  return drawMasks(architecture, size, keys).map(({ mask, width }) =>
    tf.tensor2d(mask, [size, width]),
  );
}

/** Draws the masks of a run's steps, the next ones while a step runs: some 4 ms for 64 patches. */
export interface MaskDrawer {
  /** The masks of a step: {@link dropoutMasks} for (seed, step). */
  readonly take: (size: number, step: number) => readonly DrawnMask[];
  /** Draws what {@link MaskDrawer.take} will be asked for, once the event loop is free. */
  readonly drawAhead: (size: number, step: number) => void;
}

export function createMaskDrawer(architecture: Architecture, seed: number): MaskDrawer {
  let ahead: { readonly size: number; readonly step: number; readonly masks: DrawnMask[] } | null =
    null;
  return {
    take: (size, step) => {
      const isDrawn = ahead !== null && ahead.size === size && ahead.step === step;
      return isDrawn && ahead ? ahead.masks : drawMasks(architecture, size, [seed, step]);
    },
    drawAhead: (size, step) => {
      setImmediate(() => {
        ahead = { size, step, masks: drawMasks(architecture, size, [seed, step]) };
      });
    },
  };
}

/** A mask on the host. */
export interface DrawnMask {
  /** Shape [size, width], flat. */
  readonly mask: Float32Array;
  readonly width: number;
}

function drawMasks(architecture: Architecture, size: number, keys: readonly number[]): DrawnMask[] {
  return [featuresOf(architecture), architecture.hiddenUnits].map((width, layer) => ({
    mask: dropoutMask([...keys, layer], size * width, architecture.dropout),
    width,
  }));
}
