import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type * as Converter from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { readBounded } from '../../read-bounded.js';
import type { LoadedClassifier } from '../loaded-classifier.js';

const mostBytes = 2 ** 28; // of one of its files

/**
 * Loads a graph model that takes `patches` and gives `logits` and `probability`, as a browser would do it,
 * into the engine that runs.
 *
 * @param folder With `model.json` and its shards.
 * @throws {Error} Of tfjs's, if it cannot load it.
 */
export async function openGraphModel(folder: string): Promise<LoadedClassifier> {
  const load = createRequire(import.meta.url);
  const { loadGraphModel } = load('#tfjs-converter') as typeof Converter;
  const fetchFunc: typeof fetch = async (url) =>
    new Response(new Uint8Array(await readBounded(join(folder, basename(`${url}`)), mostBytes)));
  const model = await loadGraphModel('http://export/model.json', { fetchFunc });
  return {
    score: async ({ pixels, size, widthPx, heightPx }) => {
      const patches = tf.tensor(Int32Array.from(pixels), [size, heightPx, widthPx, 3], 'int32');
      try {
        const outputs = model.execute({ patches }, ['logits', 'probability']) as tf.Tensor[];
        const values = await Promise.all(outputs.map((output) => output.data()));
        tf.dispose(outputs);
        const [logits, probability] = values as [Float32Array, Float32Array];
        return { logits, probability };
      } finally {
        patches.dispose();
      }
    },
    close: () => model.dispose(),
  };
}
