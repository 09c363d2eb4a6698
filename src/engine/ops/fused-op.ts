import * as tf from '@tensorflow/tfjs-core';

/** Plain values that an op needs beside its tensors. */
export type OpAttributes = Readonly<Record<string, number>>;

/**
 * An op of ours with its own gradient. Neither part is recorded on tfjs's tape, so that nothing is
 * kept for the gradient but what the op says.
 */
export interface FusedOp {
  /** A kernel name no back-end has. */
  readonly name: string;
  readonly forward: (inputs: tf.NamedTensorMap, attributes: OpAttributes) => tf.Tensor[];
  /** Names of inputs that the gradient needs; `saved` holds them in this order, outputs behind. */
  readonly inputsToSave: readonly string[];
  /** For each output: does the gradient need it? */
  readonly outputsToSave: readonly boolean[];
  /**
   * The gradients by input name. A function is called only if its gradient is wanted, so the
   * gradient of the first convolution with respect to the images costs nothing.
   */
  readonly gradients: (
    dys: tf.Tensor[],
    saved: tf.Tensor[],
    attributes: OpAttributes,
  ) => Record<string, () => tf.Tensor>;
}

/**
 * Runs an op of ours on the current back-end, differentiably.
 *
 * The op becomes a kernel of the back-end the first time it runs there.
 *
 * @returns The op's outputs, owned by the caller's scope (`tf.tidy`).
 */
export function runFusedOp(
  op: FusedOp,
  inputs: tf.NamedTensorMap,
  attributes: OpAttributes = {},
): tf.Tensor[] {
  const backendName = tf.getBackend();
  if (tf.getKernel(op.name, backendName) === undefined) register(op, backendName);
  const outputs = tf.engine().runKernel<tf.Tensor[]>(op.name, inputs, { ...attributes });
  return Array.isArray(outputs) ? outputs : [outputs];
}

function register(op: FusedOp, backendName: string): void {
  tf.registerKernel({
    kernelName: op.name,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => op.forward(inputs as tf.NamedTensorMap, attrs as unknown as OpAttributes)),
  });
  if (tf.getGradient(op.name) !== undefined) return;
  tf.registerGradient({
    kernelName: op.name,
    inputsToSave: [...op.inputsToSave],
    outputsToSave: [...op.outputsToSave],
    gradFunc: (dy, saved, attrs) =>
      op.gradients(Array.isArray(dy) ? dy : [dy], saved, attrs as unknown as OpAttributes),
  });
}
