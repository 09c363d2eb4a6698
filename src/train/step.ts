import * as tf from '@tensorflow/tfjs-core';
import { compile, type OpTime, type Precision } from '../engine/ops/compile.js';
import { type ActivationPeak, activationPeaks } from '../model/activation-peaks.js';
import type { BatchStatistics } from '../model/batch-norm-layer.js';
import { createMaskDrawer, type DrawnMask } from '../model/dropout-mask.js';
import { trainingLogits, updateStatistics } from '../model/forward.js';
import type { Model } from '../model/model.js';
import {
  type PatchBatch,
  type PatchInputs,
  type Preprocessing,
  patchInputs,
  preprocess,
} from '../model/preprocess.js';
import type { NamedArray, StateDict } from '../model/state-dict.js';
import { crossEntropy, oneHotLabels } from './cross-entropy.js';
import { createLossScale, noLossScale, type Pass, unscaled } from './loss-scale.js';
import { createSgd } from './sgd.js';

export type { Precision };

/** What a step learns from: patches, at least 2, as BatchNorm has no variance of one, and labels. */
export interface TrainingBatch extends PatchBatch {
  /** Shape [size]. Class indices. */
  readonly labels: ArrayLike<number>;
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
   * @throws {NotFiniteError} If the loss or a gradient is not finite; the model and the velocities stay
   *   as they were.
   */
  readonly step: (
    batch: TrainingBatch,
    step: number,
    learningRate: number,
    momentum: number,
  ) => Promise<StepResult>;
  /**
   * One step, of which the time of every op is told. The weights stay; the velocities become the
   * batch's gradients, and the running statistics take the batch in.
   */
  readonly trace: (batch: TrainingBatch) => Promise<readonly OpTime[]>;
  /** How far each layer's activations go with the batch of a step. The step is not done. */
  readonly peaks: (batch: TrainingBatch, step: number) => Promise<readonly ActivationPeak[]>;
  /** What the loss is multiplied by in float16; else 1. */
  readonly lossScale: () => number;
  /** Brings the model and the velocities up to date with the steps; call it before they are read. */
  readonly settle: () => Promise<void>;
  /** The optimizer's velocities by parameter name, in torch's layout. */
  readonly velocities: () => Promise<Map<string, NamedArray>>;
  /**
   * Takes up velocities that {@link Trainer.velocities} gave, bit for bit. After a step, call
   * {@link Trainer.settle} first.
   */
  readonly restore: (velocities: StateDict) => void;
  /** Frees the velocities; the model is the caller's. */
  readonly dispose: () => void;
}

/**
 * Prepares a model for training with cross-entropy and SGD with momentum; every layer trains.
 *
 * @param options.seed Integer in [0, 2^53); with the step it fixes the dropout masks.
 * @param options.preprocessing What is done to patches before the first layer.
 * @param options.precision What large products are computed in, where the engine can.
 * @param options.lossScale In float16 what the loss is multiplied by at first; null: the usual.
 */
export function createTrainer(
  model: Model,
  options: {
    readonly seed: number;
    readonly preprocessing: Preprocessing;
    readonly precision?: Precision;
    readonly lossScale?: number | null;
  },
): Trainer {
  const { seed, preprocessing, precision = 'float32' } = options;
  const firstScale = options.lossScale ?? undefined;
  const sgd = createSgd(model);
  const masks = createMaskDrawer(model.architecture, seed);
  const lossScale = precision === 'float16' ? createLossScale(firstScale) : noLossScale;
  const variables = [...model.trainable.values(), ...model.statistics.values(), ...sgd.variables];
  const learn = (inputs: StepInputs) => {
    const images = preprocess(inputs, preprocessing);
    const scale = lossScale.isNeeded ? inputs.scale : null;
    const { statistics, ...scaled } = lossAndGradients(model, images, inputs, scale);
    const { loss, gradients, health } = unscaled(scaled, scale);
    sgd.update(gradients, inputs.learningRate, inputs.momentum);
    updateStatistics(model, statistics);
    tf.dispose([...statistics.values()]);
    return { loss, health };
  };
  const update = compile(variables, learn, { guard: 'health', precision });
  const withInputs = async <T>(
    batch: TrainingBatch,
    step: number,
    rates: Rates,
    work: (inputs: StepInputs) => Promise<T>,
  ) => {
    const drawn = masks.take(batch.size, step);
    const inputs = tf.tidy(() =>
      inputsOf(model, patchInputs(batch, preprocessing), batch.labels, drawn, rates),
    );
    return work(inputs).finally(() => tf.dispose(inputs));
  };
  return {
    step: async (batch, step, learningRate, momentum) => {
      const run = (scale: number) =>
        withInputs(batch, step, { learningRate, momentum, scale }, update.run);
      const running = lossScale.run(run);
      masks.drawAhead(batch.size, step + 1); // while it runs
      const results = await running;
      const [loss] = await results.loss.data();
      tf.dispose(results);
      return { loss: loss as number };
    },
    peaks: async (batch, step) => {
      await update.settle();
      return withInputs(batch, step, noRates, async (inputs) => {
        const images = tf.tidy(() => preprocess(inputs, preprocessing));
        const peaks = activationPeaks(model, images, [inputs.mask0, inputs.mask1]);
        return peaks.finally(() => images.dispose());
      });
    },
    lossScale: lossScale.value,
    trace: (batch) => withInputs(batch, 0, noRates, update.trace),
    settle: update.settle,
    velocities: async () => {
      await update.settle();
      return sgd.velocities();
    },
    restore: sgd.restore,
    dispose: () => {
      update.dispose();
      sgd.dispose();
    },
  };
}

/** All that differs from step to step. */
interface StepInputs extends PatchInputs {
  readonly oneHot: tf.Tensor2D;
  readonly mask0: tf.Tensor2D;
  readonly mask1: tf.Tensor2D;
  readonly learningRate: tf.Scalar;
  readonly momentum: tf.Scalar;
  /** What the loss is multiplied by where small gradients would vanish. */
  readonly scale: tf.Scalar;
}

interface Rates {
  readonly learningRate: number;
  readonly momentum: number;
  readonly scale: number;
}

const noRates: Rates = { learningRate: 0, momentum: 0, scale: 1 };

function inputsOf(
  model: Model,
  patches: PatchInputs,
  labels: ArrayLike<number>,
  drawn: readonly DrawnMask[],
  { learningRate, momentum, scale }: Rates,
): StepInputs {
  return tf.tidy(() => {
    const [mask0, mask1] = drawn.map(({ mask, width }) =>
      tf.tensor2d(mask, [labels.length, width]),
    );
    return {
      ...patches,
      oneHot: oneHotLabels(labels, model.architecture.classes),
      mask0: mask0 as tf.Tensor2D,
      mask1: mask1 as tf.Tensor2D,
      learningRate: tf.scalar(learningRate),
      momentum: tf.scalar(momentum),
      scale: tf.scalar(scale),
    };
  });
}

interface TrainingPass extends Pass {
  readonly statistics: BatchStatistics;
}

/** Forward and backward through the whole model; with a scale, loss and gradients are so much larger. */
function lossAndGradients(
  model: Model,
  images: tf.Tensor4D,
  { oneHot, mask0, mask1 }: StepInputs,
  scale: tf.Scalar | null,
): TrainingPass {
  const statistics = new Map<string, tf.Tensor1D>();
  const scaledLoss = () => {
    const logits = trainingLogits(model, images, [mask0, mask1], statistics);
    const loss = crossEntropy(logits, oneHot);
    return scale === null ? loss : (tf.mul(loss, scale) as tf.Scalar);
  };
  const { value: loss, grads } = tf.variableGrads(scaledLoss, [...model.trainable.values()]);
  const gradients = new Map<string, tf.Tensor>();
  for (const [name, variable] of model.trainable) {
    const gradient = grads[variable.name];
    if (gradient !== undefined) gradients.set(name, gradient);
  }
  return { loss, gradients, statistics };
}
