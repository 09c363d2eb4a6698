import * as tf from '@tensorflow/tfjs-core';
import { applyMomentum } from '../engine/ops/apply-momentum.js';
import { checkState } from '../model/check-state.js';
import { type Model, readVariables, variableOf } from '../model/model.js';
import { isTrainable } from '../model/parameters.js';
import type { NamedArray, StateDict } from '../model/state-dict.js';

/** Stochastic gradient descent with momentum over a model's trainable variables. */
export interface Sgd {
  /** One update of every variable. The gradients, by parameter name, are not disposed. */
  readonly update: (
    gradients: ReadonlyMap<string, tf.Tensor>,
    learningRate: tf.Scalar,
    momentum: tf.Scalar,
  ) => void;
  /** The velocities themselves, the same ones as long as the optimizer lives. */
  readonly variables: readonly tf.Variable[];
  /** The velocities by parameter name, in torch's layout. */
  readonly velocities: () => Promise<Map<string, NamedArray>>;
  /** Takes up velocities that {@link Sgd.velocities} gave, bit for bit. */
  readonly restore: (velocities: StateDict) => void;
  readonly dispose: () => void;
}

/**
 * The optimizer in torch's form: velocity = momentum * velocity + gradient, weights -= learning rate
 * * velocity. The velocities start at zero, so that the first one is the gradient.
 *
 * @see torch.optim.SGD (dampening 0, no weight decay, not Nesterov)
 */
export function createSgd(model: Model): Sgd {
  const parameters = model.parameters.filter(isTrainable);
  const velocities = new Map<string, tf.Variable>();
  for (const [name, variable] of model.trainable) {
    const start = tf.zeros(variable.shape);
    velocities.set(name, tf.variable(start, false));
    start.dispose();
  }
  const dispose = () => {
    for (const velocity of velocities.values()) velocity.dispose();
  };
  return {
    update: (gradients, learningRate, momentum) => {
      for (const [name, variable] of model.trainable) {
        const gradient = gradients.get(name);
        const velocity = velocities.get(name);
        if (gradient === undefined || velocity === undefined) {
          throw new Error(`Cannot update "${name}": expected a gradient and a velocity`);
        }
        applyMomentum(variable, velocity, gradient, learningRate, momentum);
      }
    },
    variables: [...velocities.values()],
    velocities: () => readVariables(parameters, velocities),
    restore: (saved) => {
      checkState(parameters, saved, "the optimizer's velocities");
      for (const parameter of parameters) {
        const { data } = saved.get(parameter.name) as NamedArray;
        const restored = variableOf(parameter, data);
        velocities.get(parameter.name)?.assign(restored);
        restored.dispose();
      }
    },
    dispose,
  };
}
