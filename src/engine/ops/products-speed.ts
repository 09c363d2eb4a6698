import * as tf from '@tensorflow/tfjs-core';
import { compile, type Precision } from './compile.js';
import { runNative } from './native-op.js';

const SIDE = 1024;
const PRODUCTS = 4;
const ROUNDS = 5;

/**
 * Measures products of matrices as large as a ResNet's, on TensorFlow. Some 0.2 s.
 *
 * @returns Seconds of the fastest of several rounds.
 */
export async function secondsOfProducts(precision: Precision): Promise<number> {
  const matrix = tf.fill([SIDE, SIDE], 1 / SIDE) as tf.Tensor2D; // its own square
  const attributes = { T: 'float32', transpose_a: false, transpose_b: false } as const;
  const step = compile(
    [],
    (inputs: { matrix: tf.Tensor2D }) => {
      let product: tf.Tensor = inputs.matrix;
      for (let count = 0; count < PRODUCTS; count++) {
        [product] = runNative('MatMul', attributes, [product, inputs.matrix]) as [tf.Tensor];
      }
      return { product: tf.sum(product) };
    },
    { precision },
  );
  const seconds: number[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const startMs = performance.now();
      tf.dispose(await step.run({ matrix }));
      if (round > 0) seconds.push((performance.now() - startMs) / 1000); // the first one records
    }
    return Math.min(...seconds);
  } finally {
    step.dispose();
    matrix.dispose();
  }
}
