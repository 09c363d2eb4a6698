import * as tf from '@tensorflow/tfjs-core';
import { dataTypes } from '../graph/tensor-types.js';
import type { LoadedClassifier } from '../loaded-classifier.js';
import type { TensorMetadata } from './binding-tensors.js';
import type { NodeJSKernelBackend } from './tfjs-node-backend.js';

/**
 * Loads a SavedModel that takes `patches` and gives `logits` and `probability`. The native engine must
 * have been started.
 *
 * @param folder One that histo wrote: TensorFlow runs whatever a SavedModel says.
 * @throws {Error} With TensorFlow's own message, if it cannot.
 */
export function openSavedModel(folder: string): LoadedClassifier {
  const { binding } = tf.backend() as NodeJSKernelBackend;
  const session = binding.openSession(folder);
  return {
    score: async ({ pixels, size, widthPx, heightPx }) => {
      const shape = [size, heightPx, widthPx, 3];
      const patches = binding.createTensor(shape, dataTypes.TF_UINT8, pixels);
      try {
        const feeds = new Map([['patches', patches]]);
        const fetches = ['logits:0', 'probability:0'];
        const [logits, probability] = (await session.run({ feeds, fetches, targets: [] })).map(
          ({ id }: TensorMetadata) => {
            const values = binding.tensorDataSync(id) as Float32Array;
            binding.deleteTensor(id);
            return values;
          },
        ) as [Float32Array, Float32Array];
        return { logits, probability };
      } finally {
        binding.deleteTensor(patches);
      }
    },
    close: () => session.close(),
  };
}
