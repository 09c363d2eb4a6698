import type * as tf from '@tensorflow/tfjs-core';
import { compile, type OpTime, type Precision } from '../engine/ops/compile.js';
import { inferenceBatchNorm } from './batch-norm-layer.js';
import { foldedConvolution } from './convolution-layer.js';
import { logitsOf } from './forward.js';
import type { Model } from './model.js';

export type { Precision };

/** A model ready to score many batches. */
export interface Scorer {
  /**
   * Scores patches in evaluation mode: running statistics, no dropout.
   *
   * @param images Shape [n, height, width, 3], float32, normalised; stays the caller's.
   * @returns Logits, shape [n, classes], row by row.
   */
  readonly score: (images: tf.Tensor4D) => Promise<Float32Array>;
  /** Scores once, of which the time of every op is told. */
  readonly trace: (images: tf.Tensor4D) => Promise<readonly OpTime[]>;
  /**
   * Frees what was made of the weights. The next score takes up the model as it is then: call it when
   * the model has changed.
   */
  readonly rest: () => Promise<void>;
  readonly dispose: () => void;
}

/**
 * Prepares a model for scoring: its BatchNorm layers go into the convolutions before them, and the
 * forward pass becomes one call where the engine can.
 *
 * @param precision What large products are computed in, where the engine can.
 */
export function createScorer(model: Model, precision: Precision = 'float32'): Scorer {
  const layers = { convolution: foldedConvolution(model), batchNorm: inferenceBatchNorm(model) };
  const variables = [...model.trainable.values(), ...model.statistics.values()];
  const scoreBatch = ({ images }: { images: tf.Tensor4D }) => ({
    logits: logitsOf(model, images, layers, (x) => x),
  });
  const forward = compile(variables, scoreBatch, { precision });
  return {
    score: async (images) => {
      const { logits } = await forward.run({ images });
      try {
        return (await logits.data()) as Float32Array;
      } finally {
        logits.dispose();
      }
    },
    trace: (images) => forward.trace({ images }),
    rest: forward.settle,
    dispose: forward.dispose,
  };
}
