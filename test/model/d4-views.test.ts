import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cropSteps } from '../../src/data/augment.js';
import { d4Views } from '../../src/model/d4-views.js';
import { createModel } from '../../src/model/model.js';
import { imageNet, type PatchBatch, patchInputs, preprocess } from '../../src/model/preprocess.js';
import { createScorer } from '../../src/model/scorer.js';
import { fixturePatches } from '../fixture-patches.js';
import { startTestEngine, testEngines } from './start-test-engine.js';
import { tinyArchitecture } from './tiny-model.js';

const cropPx = 49;
const preprocessing = { cropPx, channels: 'rgb', ...imageNet } as const;

/** Real patches of 96 px, of which the centre is to be cut out. */
async function realBatch(): Promise<PatchBatch> {
  const names = (await readdir(fixturePatches.images)).slice(0, 5);
  const patches = names.map((name) =>
    sharp(join(fixturePatches.images, name)).removeAlpha().raw().toBuffer(),
  );
  const patch = { widthPx: 96, heightPx: 96 };
  const steps = Int32Array.from(cropSteps(null, patch, cropPx));
  return { pixels: Buffer.concat(await Promise.all(patches)), steps, size: 5, ...patch };
}

/** The centre of every patch, flipped first where told, then turned; nothing is left to cut. */
async function turnedByLibvips(batch: PatchBatch, angleDeg: number, isFlipped: boolean) {
  const raw = { width: 96, height: 96, channels: 3 } as const;
  const crops = Array.from({ length: batch.size }, async (_, at) => {
    const pixels = batch.pixels.subarray(at * 96 * 96 * 3, (at + 1) * 96 * 96 * 3);
    const crop = await sharp(pixels, { raw })
      .extract({ left: 24, top: 24, width: cropPx, height: cropPx })
      .flop(isFlipped)
      .raw()
      .toBuffer();
    return sharp(crop, { raw: { width: cropPx, height: cropPx, channels: 3 } })
      .rotate(angleDeg)
      .raw()
      .toBuffer();
  });
  return uncutBatch(Buffer.concat(await Promise.all(crops)), batch.size);
}

function uncutBatch(pixels: Uint8Array, size: number): PatchBatch {
  const patch = { widthPx: cropPx, heightPx: cropPx };
  return { pixels, steps: Int32Array.from(cropSteps(null, patch, cropPx)), size, ...patch };
}

const turns = [0, 90, 180, 270].flatMap((angle) => [
  [angle, false] as const,
  [angle, true] as const,
]);

describe.each(testEngines)('d4Views with %s', (engine) => {
  it('are the flips and turns that libvips makes, each once', async () => {
    await startTestEngine(engine);
    const batch = await realBatch();
    const seen = d4Views(batch, cropPx).map(imagesOf);
    const expected = await Promise.all(
      turns.map(async ([angle, flip]) => imagesOf(await turnedByLibvips(batch, angle, flip))),
    );
    expect(seen[0]).toEqual(imagesOf(batch));
    expect(new Set(seen).size).toBe(8);
    expect(seen.sort()).toEqual(expected.sort());
  });
});

describe.each(testEngines)('createScorer with %s and test-time augmentation', (engine) => {
  it('gives the mean of the logits of eight turned patches', async () => {
    await startTestEngine(engine);
    const batch = await realBatch();
    const { score, plain, dispose } = scorers();
    const count = tf.memory().numTensors;
    const eight: Float32Array[] = [];
    for (const [angle, flip] of turns) {
      eight.push(await plain(await turnedByLibvips(batch, angle, flip)));
    }
    const got = await score(batch);
    expect(got.length).toBe(10);
    for (const [at, logit] of got.entries()) {
      const all = eight.map((logits) => logits[at] as number);
      expect(logit).toBeCloseTo(all.reduce((sum, value) => sum + value) / 8, 5);
      expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(1e-3); // turns do count
    }
    expect(tf.memory().numTensors).toBe(count);
    dispose();
  });

  it('leaves the logits of a patch that falls onto itself as they are', async () => {
    await startTestEngine(engine);
    const rings = Uint8Array.from({ length: 3 * cropPx ** 2 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % cropPx, Math.floor(at / 3 / cropPx)];
      return ((x - 24) ** 2 + (y - 24) ** 2 + 40 * (at % 3)) % 256;
    });
    const batch = uncutBatch(rings, 1);
    const { score, plain, dispose } = scorers();
    const [got, expected] = [await score(batch), await plain(batch)];
    for (const [at, logit] of expected.entries()) expect(got[at]).toBeCloseTo(logit, 6);
    dispose();
  });
});

it.runIf(testEngines.length > 1)('test-time augmentation is the same on both engines', async () => {
  const batch = await realBatch();
  const logits: Float32Array[] = [];
  for (const engine of testEngines) {
    await startTestEngine(engine);
    const { score, dispose } = scorers();
    logits.push(await score(batch));
    dispose();
  }
  const [native, wasm] = logits as [Float32Array, Float32Array];
  for (const [at, logit] of native.entries()) expect(wasm[at]).toBeCloseTo(logit, 5);
});

/** What the network sees of a batch, as text to compare and sort by. */
function imagesOf(batch: PatchBatch): string {
  const images = tf.tidy(() => preprocess(patchInputs(batch, imageNet), preprocessing));
  const values = images.dataSync();
  images.dispose();
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** A model that scores with test-time augmentation and without. */
function scorers() {
  const model = createModel(tinyArchitecture, { seed: 0, backbone: null });
  const augmented = createScorer(model, preprocessing, { tta: 'd4' });
  const plain = createScorer(model, preprocessing);
  const dispose = () => {
    for (const { dispose } of [augmented, plain, model]) dispose();
  };
  return { score: augmented.score, plain: plain.score, dispose };
}
