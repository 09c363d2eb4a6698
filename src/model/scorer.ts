import * as tf from '@tensorflow/tfjs-core';
import { compile, type OpTime, type Precision } from '../engine/ops/compile.js';
import { inferenceBatchNorm } from './batch-norm-layer.js';
import { foldedConvolution } from './convolution-layer.js';
import type { TestTimeAugmentation } from './d4-views.js';
import { logitsOf } from './forward.js';
import { meanOverViews } from './mean-over-views.js';
import type { Model } from './model.js';
import {
  type PatchBatch,
  type PatchInputs,
  type Preprocessing,
  patchInputs,
  preprocess,
} from './preprocess.js';

export type { Precision };

/** A model ready to score many batches. */
export interface Scorer {
  /**
   * Scores patches in evaluation mode: running statistics, no dropout.
   *
   * @returns Logits, shape [n, classes], row by row; with test-time augmentation their means.
   */
  readonly score: (batch: PatchBatch) => Promise<Float32Array>;
  /** Makes one pass over the batch, of which the time of every op is told. */
  readonly trace: (batch: PatchBatch) => Promise<readonly OpTime[]>;
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
 * @param preprocessing What is done to patches before the first layer.
 * @param options.precision What large products are computed in, where the engine can. Default:
 *   `float32`.
 * @param options.tta What logits are averaged over. With `d4` a score is eight passes, one after the
 *   other: eight times as long, in the memory of one. Default: nothing, one pass.
 */
export function createScorer(
  model: Model,
  preprocessing: Preprocessing,
  options: { readonly precision?: Precision; readonly tta?: TestTimeAugmentation | null } = {},
): Scorer {
  const { precision = 'float32', tta = null } = options;
  const layers = { convolution: foldedConvolution(model), batchNorm: inferenceBatchNorm(model) };
  const variables = [...model.trainable.values(), ...model.statistics.values()];
  const scoreBatch = (inputs: PatchInputs) => ({
    logits: logitsOf(model, preprocess(inputs, preprocessing), layers, (x) => x),
  });
  const forward = compile(variables, scoreBatch, { precision });
  const pass = async (batch: PatchBatch) => {
    const inputs = patchInputs(batch, preprocessing);
    const { logits } = await forward.run(inputs).finally(() => tf.dispose(inputs));
    try {
      return (await logits.data()) as Float32Array;
    } finally {
      logits.dispose();
    }
  };
  return {
    score: (batch) => meanOverViews(batch, { cropPx: preprocessing.cropPx, tta }, pass),
    trace: (batch) => {
      const inputs = patchInputs(batch, preprocessing);
      return forward.trace(inputs).finally(() => tf.dispose(inputs));
    },
    rest: forward.settle,
    dispose: forward.dispose,
  };
}
