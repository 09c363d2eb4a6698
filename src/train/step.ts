import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../errors.js';
import type { BatchStatistics } from '../model/batch-norm-layer.js';
import { trainingLogits, updateStatistics } from '../model/forward.js';
import type { Model } from '../model/model.js';
import type { NamedArray, StateDict } from '../model/state-dict.js';
import { crossEntropy, oneHotLabels } from './cross-entropy.js';
import { createSgd } from './sgd.js';

/** What a step learns from: normalised pixels and their labels. */
export interface TrainingBatch {
  /** Shape [size, cropPx, cropPx, 3], flat. */
  readonly images: Float32Array;
  /** Shape [size]. Class indices. */
  readonly labels: ArrayLike<number>;
  /** Patches, at least 2: BatchNorm has no variance of one. */
  readonly size: number;
  readonly cropPx: number;
}

/** What a step tells. */
export interface StepResult {
  /** Mean cross-entropy of the batch, before the update. */
  readonly loss: number;
}

/** A model in training: its optimizer, and one step after the other. */
export interface Trainer {
  /**
   * One optimizer update.
   *
   * @param step Counted from 0 over the whole run; names the dropout masks.
   * @throws {UserError} If the loss is not finite; the model and the velocities stay as they were.
   */
  readonly step: (
    batch: TrainingBatch,
    step: number,
    learningRate: number,
    momentum: number,
  ) => Promise<StepResult>;
  /** The optimizer's velocities by parameter name, in torch's layout. */
  readonly velocities: () => Promise<Map<string, NamedArray>>;
  /** Takes up velocities that {@link Trainer.velocities} gave, bit for bit. */
  readonly restore: (velocities: StateDict) => void;
  /** Frees the velocities; the model is the caller's. */
  readonly dispose: () => void;
}

/**
 * Prepares a model for training with cross-entropy and SGD with momentum; every layer trains.
 *
 * @param options.seed Integer in [0, 2^53); with the step it fixes the dropout masks.
 */
export function createTrainer(model: Model, options: { readonly seed: number }): Trainer {
  const sgd = createSgd(model);
  return {
    step: async (batch, step, learningRate, momentum) => {
      const pass = lossAndGradients(model, batch, [options.seed, step]);
      try {
        const [loss = Number.NaN] = await pass.loss.data();
        checkLoss(loss, step, learningRate);
        sgd.update(pass.gradients, learningRate, momentum);
        updateStatistics(model, pass.statistics);
        return { loss };
      } finally {
        tf.dispose([pass.loss, ...pass.gradients.values(), ...pass.statistics.values()]);
      }
    },
    velocities: sgd.velocities,
    restore: sgd.restore,
    dispose: sgd.dispose,
  };
}

interface TrainingPass {
  readonly loss: tf.Scalar;
  /** By parameter name. */
  readonly gradients: ReadonlyMap<string, tf.Tensor>;
  readonly statistics: BatchStatistics;
}

/** Forward and backward through the whole model. */
function lossAndGradients(
  model: Model,
  batch: TrainingBatch,
  dropoutKeys: readonly number[],
): TrainingPass {
  const { size, cropPx } = batch;
  const statistics = new Map<string, tf.Tensor1D>();
  const oneHot = oneHotLabels(batch.labels, model.architecture.classes);
  const images = tf.tensor4d(batch.images, [size, cropPx, cropPx, 3]);
  try {
    const { value: loss, grads } = tf.variableGrads(
      () => crossEntropy(trainingLogits(model, images, dropoutKeys, statistics), oneHot),
      [...model.trainable.values()],
    );
    const gradients = new Map<string, tf.Tensor>();
    for (const [name, variable] of model.trainable) {
      const gradient = grads[variable.name];
      if (gradient !== undefined) gradients.set(name, gradient);
    }
    return { loss, gradients, statistics };
  } catch (error) {
    tf.dispose([...statistics.values()]);
    throw error;
  } finally {
    tf.dispose([images, oneHot]);
  }
}

function checkLoss(loss: number, step: number, learningRate: number): void {
  if (Number.isFinite(loss)) return;
  throw new UserError(
    `Cannot go on training: expected a finite loss at step ${step}, got ${loss} with a learning rate of ${learningRate}; the weights are as before that step: lower --max-lr`,
  );
}
