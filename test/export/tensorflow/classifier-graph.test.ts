import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointCard } from '../../../src/checkpoint/card.js';
import { dataTypes } from '../../../src/engine/graph/tensor-types.js';
import { openGraphModel } from '../../../src/engine/tfjs/open-graph-model.js';
import { classifierGraph, patchesShape } from '../../../src/export/tensorflow/classifier-graph.js';
import { encodeSavedModel } from '../../../src/export/tensorflow/encode-saved-model.js';
import { encodeTfjsModel } from '../../../src/export/tensorflow/encode-tfjs-model.js';
import type { StateDict } from '../../../src/model/state-dict.js';
import { startTestEngine, testEngines } from '../../model/start-test-engine.js';
import { hasNativeEngine } from '../../native-engine.js';
import {
  disturbedState,
  noisePatches,
  type Patches,
  patchSizes,
  relativeGap,
  type SmallNet,
  scored,
  smallCard,
  smallNets,
} from '../small-nets.js';

const nets = Object.keys(smallNets) as SmallNet[];
const { TF_FLOAT, TF_INT32, TF_UINT8 } = dataTypes;
const logits = { name: 'logits', dtype: TF_FLOAT, shape: [-1, 2] };
const outputs = [logits, { ...logits, name: 'probability' }];
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-graph-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Run = (patches: Patches) => Promise<{ logits: Float32Array; probability: Float32Array }>;

/** Holds a graph, as one of its runtimes runs it, against the scorer. */
function describeGraph(
  open: (card: CheckpointCard, state: StateDict) => Promise<{ run: Run; close: () => void }>,
) {
  it.each(nets)('gives the logits and probabilities of the scorer: %s', async (net) => {
    const card = smallCard(net);
    const state = await disturbedState(card.architecture);
    const { run, close } = await open(card, state);
    for (const size of patchSizes) {
      const batch = noisePatches(3, size, card.preprocessing.cropPx);
      const expected = await scored(card, state, batch);
      const got = await run(batch);
      expect(relativeGap(expected, got.logits)).toBeLessThan(1e-5); // sums in another order
      const margin = ((expected[1] as number) - (expected[0] as number)) / 1.7;
      expect(got.probability[1]).toBeCloseTo(1 / (1 + Math.exp(-margin)), 5);
    }
    close();
  });

  it('takes swapped channels, other figures and an even crop', async () => {
    const figures = { mean: [0.1, 0.5, 0.9], std: [0.2, 1, 0.004] };
    const card = smallCard('basic blocks', { cropPx: 32, channels: 'bgr', ...figures });
    const state = await disturbedState(card.architecture);
    const { run, close } = await open(card, state);
    const batch = noisePatches(2, { widthPx: 40, heightPx: 40 }, 32);
    expect(relativeGap(await scored(card, state, batch), (await run(batch)).logits)).toBeLessThan(
      1e-5,
    );
    close();
  });

  it('refuses patches smaller than the crop', async () => {
    const card = smallCard('basic blocks');
    const { run, close } = await open(card, await disturbedState(card.architecture));
    for (const sizePx of [32, 20]) {
      const pixels = new Uint8Array(3 * sizePx ** 2);
      const small = {
        pixels,
        size: 1,
        widthPx: sizePx,
        heightPx: sizePx,
        steps: new Int32Array(6),
      };
      await expect(run(small)).rejects.toThrow(/reshape|must match/i);
    }
    close();
  });
}

describe.skipIf(!hasNativeEngine)('classifierGraph as a SavedModel, run by TensorFlow', () => {
  beforeAll(() => startTestEngine('native'));
  describeGraph(async (card, state) => {
    const { openSavedModel } = await import('../../../src/engine/native/open-saved-model.js');
    const patches = [{ name: 'patches', dtype: TF_UINT8, shape: patchesShape }];
    const graph = encodeSavedModel(classifierGraph(card, state, TF_UINT8), patches, outputs);
    await writeFile(join(folder, 'saved_model.pb'), graph);
    const { score, close } = openSavedModel(folder);
    return { run: score, close };
  });
});

describe.each(testEngines)('classifierGraph as a graph model, run by tfjs on %s', (engine) => {
  beforeAll(() => startTestEngine(engine));
  describeGraph(async (card, state) => {
    const patches = [{ name: 'patches', dtype: TF_INT32, shape: patchesShape }];
    const graph = classifierGraph(card, state, TF_INT32);
    for (const [name, content] of encodeTfjsModel(graph, patches, outputs, {})) {
      await writeFile(join(folder, name), content);
    }
    const before = tf.memory().numTensors;
    const model = await openGraphModel(folder);
    const close = () => {
      model.close();
      expect(tf.memory().numTensors).toBe(before);
    };
    return { run: model.score, close };
  });
});
