import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointCard } from '../../../src/checkpoint/card.js';
import { saveCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { UserError } from '../../../src/errors.js';
import { createModel, stateOf } from '../../../src/model/model.js';
import { imageNet } from '../../../src/model/preprocess.js';
import { openEnsemble } from '../../../src/recipes/score/ensemble.js';
import { evaluate } from '../../../src/recipes/score/evaluate.js';
import { predict } from '../../../src/recipes/score/predict.js';
import { readPredictions } from '../../../src/report/predictions-csv.js';
import { fixturePatches } from '../../fixture-patches.js';
import { startTestEngine } from '../../model/start-test-engine.js';
import { tinyArchitecture } from '../../model/tiny-model.js';
import { createTestTerminal } from '../../test-terminal.js';

const never = new AbortController().signal;
const common = {
  ...fixturePatches,
  groupColumn: null,
  thresholds: [],
  limit: 20,
  png: false,
  allowLeakage: false,
  onBadPatch: 'fail',
  precision: 'float32',
  engine: 'auto',
  batchSize: 16,
  baseline: null,
} as const;
let folder = '';
let [first, second] = ['', ''];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-ensemble-'));
  await startTestEngine();
  first = await savedModel('first', 1, {});
  const preprocessing = { ...card.preprocessing, cropPx: 64, channels: 'bgr' } as const;
  second = await savedModel('second', 2, { preprocessing });
});
afterAll(() => rm(folder, { recursive: true }));

describe('evaluate with an ensemble', () => {
  it.each([null, 'd4'] as const)(
    'scores by the mean of the logits, each prepared in its own way (tta %s)',
    async (tta) => {
      const [one, two] = [await logitsOf(first, [], tta), await logitsOf(second, [], tta)];
      const both = await logitsOf(first, [second], tta);
      expect(both).toHaveLength(20);
      for (const [row, { logits, probability }] of both.entries()) {
        const means = [0, 1].map(
          (label) => ((one[row]?.logits[label] ?? 0) + (two[row]?.logits[label] ?? 0)) / 2,
        ) as [number, number];
        expect(logits[0]).toBeCloseTo(means[0], 5);
        expect(logits[1]).toBeCloseTo(means[1], 5);
        expect(probability).toBeCloseTo(1 / (1 + Math.exp(means[0] - means[1])), 5);
      }
    },
  );

  it('says what scored, and of which member it is not known what it was trained on', async () => {
    const options = { ...common, checkpoint: first, ensemble: [second], tta: 'd4' } as const;
    const terminal = createTestTerminal();
    const { report } = await evaluate({ ...options, out: null }, terminal, never);
    expect(report).toMatchObject({ checkpoint: first, ensemble: [second], tta: 'd4' });
    expect(report).toMatchObject({
      leakage: null,
      leakage_checked: false,
      validation_share: null,
    });
    for (const path of [first, second]) {
      expect(terminal.notes.join('\n')).toContain(
        `Note: whether checkpoint "${path}" was trained on some of these patches could not be looked at`,
      );
    }
    expect(terminal.notes).toContain(`Checkpoint 2 of 2: "${second}"`);
  });
});

describe('predict with an ensemble', () => {
  it('gives the probabilities that evaluate gives', async () => {
    const out = join(folder, 'submission.csv');
    const scoring = { checkpoint: first, ensemble: [second], tta: 'd4', format: 'kaggle' } as const;
    await predict({ ...common, ...scoring, out }, createTestTerminal(), never);
    const rows = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
    const probabilities = new Map(rows.map((row) => row.split(',') as [string, string]));
    expect(probabilities.size).toBe(160);
    for (const { id, probability } of await logitsOf(first, [second], 'd4')) {
      expect(Number(probabilities.get(id))).toBeCloseTo(probability, 5);
    }
  });
});

describe('openEnsemble', () => {
  it('refuses a checkpoint twice, by another name too', async () => {
    const alias = join(folder, 'alias.safetensors');
    await symlink(first, alias);
    await expect(openEnsemble([first, second, alias])).rejects.toThrow(
      new UserError(
        `Cannot score with checkpoint "${alias}": expected each checkpoint of an ensemble once, got "${first}" before, which is the same file; name it once`,
      ),
    );
  });

  it('refuses other classes', async () => {
    const other = await savedModel('other', 3, { classNames: ['benign', 'malignant'] });
    await expect(openEnsemble([first, other])).rejects.toThrow(
      new UserError(
        `Cannot score with checkpoint "${other}": expected the classes normal, tumour as "${first}" has, got benign, malignant; an ensemble needs the same classes in the same order`,
      ),
    );
  });

  it('refuses a checkpoint that is not there', async () => {
    await expect(openEnsemble([first, join(folder, 'none')])).rejects.toThrow(
      /none".*nothing there/,
    );
  });
});

const card: CheckpointCard = {
  histo: '0.1.0',
  architecture: tinyArchitecture,
  preprocessing: { cropPx: 49, channels: 'rgb', ...imageNet },
  classNames: ['normal', 'tumour'],
  recipe: {},
  metrics: null,
  dataDigest: 'of other patches',
  chosen: { youdenMargin: null, temperature: null },
  split: '',
  slides: null,
  leakage: null,
  lost: [],
};

/** The checkpoint of an untrained net. */
async function savedModel(name: string, seed: number, own: Partial<CheckpointCard>) {
  const path = join(folder, `${name}.safetensors`);
  const model = createModel(tinyArchitecture, { seed, backbone: null });
  const state = await stateOf(model);
  model.dispose();
  const bare = { optimizer: null, progress: null, validation: null, fingerprints: null };
  await saveCheckpoint(path, { state, card: { ...card, ...own }, ...bare });
  return path;
}

async function logitsOf(checkpoint: string, ensemble: readonly string[], tta: 'd4' | null) {
  const out = join(folder, 'evaluation');
  await evaluate({ ...common, checkpoint, ensemble, tta, out }, createTestTerminal(), never);
  return await readPredictions(join(out, 'predictions.csv'));
}
