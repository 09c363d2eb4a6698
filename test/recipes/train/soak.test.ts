import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../../src/engine/choose.js';
import { architectureOf } from '../../../src/model/architecture.js';
import { createModel } from '../../../src/model/model.js';
import { imageNet } from '../../../src/model/preprocess.js';
import { noiseBatch } from '../../../src/recipes/noise-batch.js';
import { evaluate } from '../../../src/recipes/score/evaluate.js';
import { train } from '../../../src/recipes/train/train.js';
import { silentTerminal } from '../../../src/terminal.js';
import { createTrainer } from '../../../src/train/step.js';
import { fixturePatches } from '../../fixture-patches.js';
import { hasNativeEngine } from '../../native-engine.js';
import { smallRun } from '../fixture.js';

// The short form of `npm run soak`.

const folder = mkdtempSync(join(tmpdir(), 'histo-soak-'));
const never = new AbortController().signal;

afterAll(() => rmSync(folder, { recursive: true }));

describe('a long run', () => {
  it.skipIf(!hasNativeEngine)('has as many tensors after 1,000 steps as after one', async () => {
    await startEngine('native', silentTerminal);
    const shape = { stride: 'v1.5', hiddenUnits: 64, dropout: 0.5 } as const;
    const model = createModel(architectureOf('resnet14-narrow', shape), {
      seed: 0,
      backbone: null,
    });
    const preprocessing = { cropPx: 33, channels: 'rgb', ...imageNet } as const;
    const trainer = createTrainer(model, { seed: 0, preprocessing });
    const batch = noiseBatch(2, { widthPx: 40, heightPx: 40 }, 33);
    const held = () => ({ ...tf.memory(), handles: handlesOfTensorFlow() });
    await trainer.step(batch, 0, 1e-3, 0.9);
    const first = held();
    for (let step = 1; step < 1000; step++) await trainer.step(batch, step, 1e-3, 0.9);
    expect(held()).toEqual(first);
    trainer.dispose();
    model.dispose();
  });

  it.skipIf(process.platform !== 'linux')(
    'opens no more files from one evaluation to the next',
    async () => {
      const run = join(folder, 'run');
      await train(smallRun(run, { epochs: 1 }), silentTerminal, never);
      const held: object[] = [];
      for (let round = 0; round < 4; round++) {
        await evaluate(
          {
            ...fixturePatches,
            checkpoint: run,
            ensemble: [],
            tta: null,
            groupColumn: null,
            thresholds: [],
            limit: 60,
            allowLeakage: true,
            onBadPatch: 'fail',
            batchSize: 16,
            precision: 'float32',
            engine: 'auto',
            baseline: null,
            out: join(folder, 'evaluation'),
            png: true,
          },
          silentTerminal,
          never,
        );
        const files = readdirSync('/proc/self/fd').length;
        held.push({ files, tensors: tf.memory().numTensors, handles: handlesOfTensorFlow() });
      }
      const [, second, ...later] = held; // the first opens what stays open, as sharp's threads
      expect(later).toEqual(later.map(() => second));
    },
  );
});

/** Of tensors that JavaScript holds. */
function handlesOfTensorFlow(): number {
  const { binding } = tf.backend() as { binding?: { getNumOfTensors: () => number } };
  return binding?.getNumOfTensors() ?? 0;
}
