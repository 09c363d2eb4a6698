import * as tf from '@tensorflow/tfjs-core';
import { NotFiniteError } from '../engine/ops/compile.js';

/** Times that the scale is halved for one step at most. */
const TRIES = 24;

/** Keeps gradients in the range of float16, where small ones vanish and large ones overflow. */
export interface LossScale {
  /** False if the scale is always 1. */
  readonly isNeeded: boolean;
  /** What it is now: the first one of a run that goes on. */
  readonly value: () => number;
  /**
   * Runs a step, again with half the scale as long as a gradient overflows.
   *
   * @param run Takes the factor of the loss, a power of two, so that taking it off again is exact.
   * @throws {NotFiniteError} If no scale helps.
   */
  readonly run: <T>(run: (scale: number) => Promise<T>) => Promise<T>;
}

/**
 * A scale that falls where it must; it does not rise again.
 *
 * @param first Where it begins, a power of two.
 * @see Micikevicius et al. 2017, Mixed Precision Training, arXiv:1710.03740
 */
export function createLossScale(first = 2 ** 16): LossScale {
  let scale = first;
  return {
    isNeeded: true,
    value: () => scale,
    run: async (run) => {
      for (let left = TRIES; ; left--) {
        try {
          return await run(scale);
        } catch (error) {
          if (!(error instanceof NotFiniteError) || left === 0) throw error;
          scale /= 2;
        }
      }
    },
  };
}

/** For types that have float32's range. */
export const noLossScale: LossScale = {
  isNeeded: false,
  value: () => 1,
  run: (run) => run(1),
};

/** What a backward pass gave. */
export interface Pass {
  readonly loss: tf.Scalar;
  /** By parameter name. */
  readonly gradients: ReadonlyMap<string, tf.Tensor>;
}

/**
 * Takes the scale off again.
 *
 * @param scale What the loss was multiplied by; null: nothing.
 * @returns Loss and gradients, and `health`, which is finite if the loss and every gradient is.
 */
export function unscaled(
  { loss, gradients }: Pass,
  scale: tf.Scalar | null,
): Pass & { readonly health: tf.Scalar } {
  const plain = scale === null ? { loss, gradients } : divided({ loss, gradients }, scale);
  const sums = [...plain.gradients.values()].map((gradient) => tf.sum(gradient));
  const nothing = tf.mul(tf.addN(sums), 0); // or NaN
  return { ...plain, health: tf.add(plain.loss, nothing) as tf.Scalar };
}

function divided({ loss, gradients }: Pass, scale: tf.Scalar): Pass {
  const plain = new Map<string, tf.Tensor>();
  for (const [name, gradient] of gradients) plain.set(name, tf.div(gradient, scale));
  return { loss: tf.div(loss, scale) as tf.Scalar, gradients: plain };
}
