import * as tf from '@tensorflow/tfjs-core';
import { compile, type Precision } from '../engine/ops/compile.js';
import { type BatchNormLayer, inferenceBatchNorm } from './batch-norm-layer.js';
import { foldBatchNorms } from './fold-batch-norms.js';
import { logitsOf } from './forward.js';
import type { Model } from './model.js';
import {
  type PatchBatch,
  type PatchInputs,
  type Preprocessing,
  patchInputs,
  preprocess,
} from './preprocess.js';

/** A model's weights at one moment, ready to score many batches. */
export interface Scorer {
  /**
   * Scores patches in evaluation mode: running statistics, no dropout.
   *
   * @returns Logits, shape [n, classes], row by row.
   */
  readonly score: (batch: PatchBatch) => Promise<Float32Array>;
  readonly dispose: () => void;
}

/**
 * Prepares a model for scoring: its BatchNorm layers go into the convolutions before them, and the
 * forward pass becomes one op where the engine can. Later changes of the model are not seen.
 *
 * @param preprocessing What is done to patches before the first layer.
 * @param precision What large products are computed in, where the engine can.
 */
export function createScorer(
  model: Model,
  preprocessing: Preprocessing,
  precision: Precision = 'float32',
): Scorer {
  const folded = foldBatchNorms(model);
  const plain = inferenceBatchNorm(model);
  const batchNorm: BatchNormLayer = (x, layer) => {
    const shift = folded.shifts.get(layer);
    return shift === undefined ? plain(x, layer) : (tf.add(x, shift) as typeof x);
  };
  const variables = [
    ...folded.model.trainable.values(),
    ...model.statistics.values(),
    ...folded.shifts.values(),
  ];
  const forward = compile(
    variables,
    (inputs: PatchInputs) => {
      const images = preprocess(inputs, preprocessing);
      return { logits: logitsOf(folded.model, images, batchNorm, (x) => x) };
    },
    { precision },
  );
  return {
    score: async (batch) => {
      const inputs = patchInputs(batch);
      const { logits } = await forward.run(inputs).finally(() => tf.dispose(inputs));
      try {
        return (await logits.data()) as Float32Array;
      } finally {
        logits.dispose();
      }
    },
    dispose: () => {
      forward.dispose();
      folded.dispose();
    },
  };
}
