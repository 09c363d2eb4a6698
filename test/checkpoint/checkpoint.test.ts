import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointCard, Progress } from '../../src/checkpoint/card.js';
import {
  type Checkpoint,
  loadCheckpoint,
  saveCheckpoint,
} from '../../src/checkpoint/checkpoint.js';
import { writeSafetensors } from '../../src/checkpoint/safetensors.js';
import { UserError } from '../../src/errors.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

const card: CheckpointCard = {
  histo: '0.1.0',
  architecture: {
    width: 8,
    block: 'bottleneck',
    blocks: [2, 1, 1, 2],
    stride: 'v1.5',
    hiddenUnits: 16,
    classes: 2,
    dropout: 0.5,
  },
  preprocessing: {
    cropPx: 49,
    channels: 'bgr',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  classNames: ['normal', 'tumour'],
  recipe: { preset: 'quick', maxLr: 0.01, shuffle: true, limit: null },
  metrics: { roc_auc: 0.9103, loss: 1 / 3 },
  dataDigest: 'abc',
  chosen: { youdenMargin: -0.25, temperature: 1.5 },
  split: 'stratified, seed 0',
  slides: { train: ['s1', 's2'], valid: ['s3'] },
  leakage: {
    train_twins: 1,
    shared_slides: 0,
    examples: [{ id: 'a', kind: 'near' }],
    text: '1 of 2 validation patches showing the same as training patches',
  },
  lost: [{ id: 'b', path: 'images/b.tif', why: 'expected an image, got an empty file' }],
};
const progress: Progress = {
  epoch: 3,
  stepInEpoch: 7,
  step: 307,
  lossSum: 0.1 + 0.2,
  examples: 448,
  bestRocAuc: 0.9,
  bestEpoch: 2,
  skippedSteps: 1,
  lossScale: 1024,
};
const state = new Map([
  ['conv1.weight', { shape: [2, 1], data: Float32Array.of(0.1, -3) }],
  ['head.bn1.running_var', { shape: [1], data: Float32Array.of(1e-40) }],
]);
const optimizer = new Map([['conv1.weight', { shape: [2, 1], data: Float32Array.of(5, 6) }]]);
const validation = { logits: Float32Array.of(1, 2, 0, -1), labels: Float32Array.of(1, 0) };
const fingerprints = { train: bytesFrom(2 * 104, 7), valid: bytesFrom(104, 11) };
const whole: Checkpoint = { state, card, optimizer, progress, validation, fingerprints };

function bytesFrom(length: number, factor: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at * factor);
}

function withArchitecture(change: object): Record<string, string> {
  return {
    histo: JSON.stringify({ ...card, architecture: { ...card.architecture, ...change } }),
  };
}

describe('saveCheckpoint', () => {
  it('is loaded back as it was, with optimizer and progress', async () => {
    const path = join(folder, 'new', 'last.safetensors');
    await saveCheckpoint(path, whole);
    expect(await loadCheckpoint(path)).toEqual(whole);
  });

  it('is loaded back without them where there are none', async () => {
    const path = join(folder, 'used.safetensors');
    const bare = { state, card: { ...card, metrics: null } };
    const used = { ...bare, optimizer: null, progress: null, validation: null, fingerprints: null };
    await saveCheckpoint(path, used);
    expect(await loadCheckpoint(path)).toEqual(used);
  });

  it('gives the same bytes for the same checkpoint, in whatever order its tensors come', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    await saveCheckpoint(one, whole);
    await saveCheckpoint(two, { ...whole, state: new Map([...state].reverse()) });
    expect((await readFile(one)).equals(await readFile(two))).toBe(true);
  });

  it('refuses what could not be read back, and leaves the older file', async () => {
    const path = join(folder, 'kept.safetensors');
    await saveCheckpoint(path, whole);
    const diverged = { ...whole, card: { ...card, metrics: { loss: Number.NaN } } };
    await expect(saveCheckpoint(path, diverged)).rejects.toThrow('metrics');
    expect(await loadCheckpoint(path)).toEqual(whole);
  });
});

describe('loadCheckpoint', () => {
  it("takes a run folder's best one", async () => {
    const run = join(folder, 'run');
    await saveCheckpoint(join(run, 'best.safetensors'), whole);
    expect(await loadCheckpoint(run)).toEqual(whole);
  });

  it('refuses a folder without one, and a path without anything', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    await expect(loadCheckpoint(empty)).rejects.toThrow(
      new UserError(
        `Cannot load checkpoint "${empty}": expected best.safetensors in it, got none: it is written after a run's first epoch; name another folder or a file`,
      ),
    );
    const none = join(folder, 'none');
    await expect(loadCheckpoint(none)).rejects.toThrow(
      new UserError(
        `Cannot load checkpoint "${none}": expected a file or the folder of a run, got nothing there: check the path`,
      ),
    );
  });

  it('refuses a file that is cut short, and one that is none', async () => {
    const path = join(folder, 'cut.safetensors');
    await saveCheckpoint(path, whole);
    await writeFile(path, (await readFile(path)).subarray(0, -1));
    await expect(loadCheckpoint(path)).rejects.toThrow('the file is cut short');
    await writeFile(path, 'epoch,step\n1,10\n');
    await expect(loadCheckpoint(path)).rejects.toThrow(UserError);
  });

  it.each([
    ['conv1.weight', Number.NaN],
    ['conv1.weight', Number.NEGATIVE_INFINITY],
    ['head.bn1.running_var', -1],
  ])('refuses %s of %d, as a diverged training leaves it', async (name, value) => {
    const path = join(folder, 'diverged.safetensors');
    const poisoned = new Map([...state, [name, { shape: [1], data: Float32Array.of(value) }]]);
    await saveCheckpoint(path, { ...whole, state: poisoned });
    await expect(loadCheckpoint(path)).rejects.toThrow(UserError);
    await expect(loadCheckpoint(path)).rejects.toThrow(`got ${value} in "${name}"`);
  });

  it('refuses scores that do not fit their labels', async () => {
    const path = join(folder, 'misfit.safetensors');
    for (const labels of [Float32Array.of(1), Float32Array.of(1, 2)]) {
      const text = JSON.stringify(card);
      const logits = { shape: [4], data: Float32Array.of(1, 2, 0, -1) };
      const tensors = new Map([
        ['validation.logits', logits],
        ['validation.labels', { shape: [labels.length], data: labels }],
      ]);
      await writeSafetensors(path, tensors, { histo: text });
      await expect(loadCheckpoint(path)).rejects.toThrow(
        'two logits and a label of 0 or 1 a patch',
      );
    }
  });

  it('refuses weights that histo did not write, and says what they are good for', async () => {
    const path = join(folder, 'foreign.safetensors');
    await writeSafetensors(path, state, { format: 'pt' });
    await expect(loadCheckpoint(path)).rejects.toThrow(
      new UserError(
        `Cannot load checkpoint "${path}": expected one that histo wrote, got other weights; train with --weights "${path}" to start from them`,
      ),
    );
  });

  it.each([
    [{ histo: '{' }, 'expected JSON in "histo" of its metadata, got other text'],
    [{ histo: '[]' }, 'expected metadata as histo writes it, got histo: '],
    [
      { histo: JSON.stringify({ ...card, architecture: { ...card.architecture, stride: 'v3' } }) },
      'histo.architecture.stride: ',
    ],
    [
      { histo: JSON.stringify({ ...card, preprocessing: { ...card.preprocessing, std: [0, 1] } }) },
      'histo.preprocessing.std',
    ],
    [{ histo: JSON.stringify(card), progress: '{"epoch":-1}' }, 'progress.epoch: '],
    [withArchitecture({ width: 1e9 }), 'histo.architecture.width: '],
    [withArchitecture({ blocks: [1e6] }), 'histo.architecture.blocks.0: '],
    [withArchitecture({ blocks: Array(100).fill(1) }), 'histo.architecture.blocks: '],
    [withArchitecture({ hiddenUnits: 2 ** 40 }), 'histo.architecture.hiddenUnits: '],
    [withArchitecture({ classes: 3 }), 'histo.architecture.classes: '],
    [{ histo: '['.repeat(1e5) }, 'expected JSON in "histo" of its metadata, got other text'],
  ] as [Record<string, string>, string][])(
    'refuses damaged metadata: %j',
    async (metadata, fault) => {
      const path = join(folder, 'damaged.safetensors');
      await writeSafetensors(path, state, metadata);
      const loading = loadCheckpoint(path);
      await expect(loading).rejects.toThrow(UserError);
      await expect(loading).rejects.toThrow(`Cannot load checkpoint "${path}": `);
      await expect(loading).rejects.toThrow(fault);
      await expect(loading).rejects.toThrow('it is damaged or from a newer histo');
    },
  );
});
