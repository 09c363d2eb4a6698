import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { readLabels } from '../../../src/data/labels.js';
import { splitFolds } from '../../../src/data/split-folds.js';
import { InterruptedError } from '../../../src/errors.js';
import { evaluate } from '../../../src/recipes/score/evaluate.js';
import { train } from '../../../src/recipes/train/train.js';
import { trainFolds } from '../../../src/recipes/train/train-folds.js';
import { temporaryFolder } from '../../data/temporary-folder.js';
import { fixturePatches } from '../../fixture-patches.js';
import { createTestTerminal } from '../../test-terminal.js';
import { smallRun } from '../fixture.js';
import { type PlantedLeak, plantLeak } from '../planted-leak.js';

const never = new AbortController().signal;
const folder = temporaryFolder();
const filesIn = (path: string) => readdir(path, { recursive: true }).catch(() => []);
let planted: PlantedLeak;
let slides = '';

/** Beside the planted twins: labels of 24 sound patches of six slides. */
beforeAll(async () => {
  planted = await plantLeak(folder);
  slides = join(folder, 'slides.csv');
  const [, ...rows] = (await readFile(fixturePatches.labels, 'utf8')).trim().split(/\r?\n/);
  const some = rows.slice(0, 24).map((row, at) => `${row},slide ${at % 6}`);
  await writeFile(slides, ['id,label,slide', ...some, ''].join('\n'));
});

const withSlides = { limit: 24, epochs: 1, groupColumn: 'slide' };

describe('a split', () => {
  it.each(['stratified', 'rows'])('that is %s is refused where it parts slides', async (split) => {
    const run = join(folder, `run-${split}`);
    const options = smallRun(run, { ...withSlides, labels: slides, split });
    await expect(train(options, createTestTerminal(), never)).rejects.toThrow(
      /got \d slides with training patches too, such as "slide \d", .*; keep slides apart with --split grouped, or add --allow-leakage/,
    );
    expect(await filesIn(run)).toEqual([]);
  });

  it('goes on with --allow-leakage, and the checkpoint knows', async () => {
    const run = join(folder, 'parted');
    const flags = { ...withSlides, labels: slides, split: 'rows', allowLeakage: true };
    const { leakage } = await train(smallRun(run, flags), createTestTerminal(), never);
    expect(leakage?.text).toMatch(/^\d slides with training patches too, .*figures flatter$/);
    const { card } = await loadCheckpoint(run);
    expect(card.leakage?.text).toBe(leakage?.text);
    expect(card.split).toMatch(/; \d slides with training patches too$/);
  });

  it('that keeps slides apart is trained on, and evaluation refuses its slides', async () => {
    const run = join(folder, 'grouped');
    const flags = { ...withSlides, labels: slides, split: 'grouped' };
    const { leakage } = await train(smallRun(run, flags), createTestTerminal(), never);
    expect(leakage).toBeNull();
    const { card, fingerprints } = await loadCheckpoint(run);
    expect(card.slides?.train.length).toBeGreaterThan(0);
    const all = [...(card.slides?.train ?? []), ...(card.slides?.valid ?? [])].sort();
    expect(all).toEqual([0, 1, 2, 3, 4, 5].map((slide) => `slide ${slide}`));
    expect((fingerprints?.train.length ?? 0) + (fingerprints?.valid.length ?? 0)).toBe(24 * 104);

    const [slide = ''] = card.slides?.train ?? [];
    const labels = join(folder, 'new.csv'); // patches that were not trained on, of such a slide
    const rows = (await readFile(fixturePatches.labels, 'utf8')).trim().split(/\r?\n/);
    await writeFile(
      labels,
      ['id,label,slide', ...rows.slice(26, 30).map((row) => `${row},${slide}`), ''].join('\n'),
    );
    const options = { ...scoring, ...fixturePatches, labels, checkpoint: run };
    const evaluateNew = (allowLeakage: boolean, groupColumn: string | null) =>
      evaluate({ ...options, allowLeakage, groupColumn }, createTestTerminal(), never);
    await expect(evaluateNew(false, 'slide')).rejects.toThrow(
      `got 1 slide with training patches too, such as "${slide}"; `,
    );
    const { report: allowed } = await evaluateNew(true, 'slide');
    expect(allowed.leakage).toMatchObject({ train_twins: 0, shared_slides: 1, examples: [] });
    expect((await evaluateNew(false, null)).report).toMatchObject({
      leakage: null,
      validation_share: 0,
    });
  });
});

const scoring = {
  onBadPatch: 'fail',
  thresholds: [],
  baseline: null,
  png: false,
  limit: null,
  precision: 'float32',
  engine: 'auto',
  batchSize: 64,
  ensemble: [],
  tta: null,
  out: null,
} as const;

describe('folds', () => {
  it('are all refused before the first, though it is not the one that leaks', async () => {
    const options = { images: planted.images, labels: planted.train, limit: 24, epochs: 1 };
    const patches = await readLabels({ ...options, groupColumn: null });
    const [, second, third] = splitFolds(patches, { folds: 3, isGrouped: false, seed: 0 });
    const [one, other] = [second?.valid[0], third?.valid[0]];
    await plantLeak(join(folder, 'more')); // fresh copies, of which one is replaced
    await copyFile(String(one?.path), join(folder, 'more', 'images', `${other?.id}.tif`));
    const run = join(folder, 'folds');
    const flags = { ...options, images: join(folder, 'more', 'images'), folds: 3 };
    await expect(trainFolds(smallRun(run, flags), createTestTerminal(), never)).rejects.toThrow(
      `1 of ${second?.valid.length} validation patches of fold 2 showing the same as training patches, such as "${one?.id}" (the pixels of "${other?.id}")`,
    );
    expect(await filesIn(run)).toEqual(['fold-1']);
  });
});

describe('a run with a leak that is resumed', () => {
  it('ends with the same bytes and still says so', async () => {
    const { images, train: labels, leaked: validLabels } = planted;
    const flags = { images, labels, validLabels, limit: null, epochs: 2, allowLeakage: true };
    const [whole, stopped] = [join(folder, 'whole'), join(folder, 'stopped')];
    await train(smallRun(whole, flags), createTestTerminal(), never);
    const interruption = new AbortController();
    const terminal = createTestTerminal((note) => {
      if (note.startsWith('epoch 1/')) interruption.abort(new InterruptedError('SIGINT', 'stop'));
    });
    const stopping = train(smallRun(stopped, flags), terminal, interruption.signal);
    await expect(stopping).rejects.toThrow(InterruptedError);
    const resumed = {
      folder: stopped,
      resume: true,
      config: { preset: null, configFile: null, flags: {} },
    };
    const { leakage } = await train(resumed, createTestTerminal(), never);
    expect(leakage?.text).toContain('3 of 13 validation patches showing the same');
    for (const name of ['best.safetensors', 'last.safetensors']) {
      const [one, other] = await Promise.all(
        [whole, stopped].map((run) => readFile(join(run, name))),
      );
      expect(one?.equals(other as Buffer), name).toBe(true);
    }
  });
});
