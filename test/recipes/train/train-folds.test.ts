import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InterruptedError, UserError } from '../../../src/errors.js';
import { train } from '../../../src/recipes/train/train.js';
import { type FoldsSummary, trainFolds } from '../../../src/recipes/train/train-folds.js';
import { readPredictions } from '../../../src/report/predictions-csv.js';
import { readEvents } from '../../engine/read-events.js';
import { fixturePatches } from '../../fixture-patches.js';
import { hasNativeEngine } from '../../native-engine.js';
import { createTestTerminal } from '../../test-terminal.js';
import { smallRun } from '../fixture.js';

const never = new AbortController().signal;
const names = ['last.safetensors', 'best.safetensors', 'predictions-valid.csv', 'steps.csv'];

let shared = '';
let whole = '';
let summary: FoldsSummary;
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'histo-folds-'));
  whole = join(shared, 'whole');
  summary = (await trainFolds(threeFolds(whole), createTestTerminal(), never)) as FoldsSummary;
});
afterAll(() => rm(shared, { recursive: true }));

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-folds-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Three folds of two epochs of two steps. */
function threeFolds(run: string, flags: Readonly<Record<string, unknown>> = {}) {
  return smallRun(run, { limit: 24, epochs: 2, folds: 3, ...flags });
}

async function expectSameFolds(run: string, folds: readonly number[]): Promise<void> {
  for (const path of folds.flatMap((fold) => names.map((name) => join(`fold-${fold}`, name)))) {
    const [one, other] = await Promise.all([whole, run].map((at) => readFile(join(at, path))));
    expect(one?.equals(other as Buffer), path).toBe(true);
  }
}

async function configOf(run: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(run, 'config.json'), 'utf8')).config;
}

describe('trainFolds', () => {
  it('leaves a run folder a fold, in which each patch validates once', async () => {
    expect((await readdir(whole)).sort()).toEqual(['fold-1', 'fold-2', 'fold-3']);
    const ids: string[] = [];
    for (const fold of [1, 2, 3]) {
      const run = join(whole, `fold-${fold}`);
      expect(await configOf(run)).toMatchObject({ folds: 3, fold, epochs: 2 });
      ids.push(...(await readPredictions(join(run, 'predictions-valid.csv'))).map(({ id }) => id));
    }
    const rows = (await readFile(fixturePatches.labels, 'utf8')).split(/\r?\n/).slice(1, 25);
    expect(ids.sort()).toEqual(rows.map((row) => row.split(',')[0]).sort());
  });

  it('sums up the folds', async () => {
    const accuracies: number[] = [];
    for (const fold of [1, 2, 3]) {
      const path = join(whole, `fold-${fold}`, 'predictions-valid.csv');
      const predictions = await readPredictions(path);
      const right = predictions.filter(
        ({ label, probability }) => (probability >= 0.5 ? 1 : 0) === label,
      );
      accuracies.push(right.length / predictions.length);
    }
    const [a = 0, b = 0, c = 0] = accuracies;
    const mean = (a + b + c) / 3;
    expect(summary).toMatchObject({ run: whole, folds: [{ epochs: 2, steps: 4 }, {}, {}] });
    expect(summary.folds.map(({ best }) => best.accuracy)).toEqual(accuracies);
    expect(summary.accuracy?.mean).toBeCloseTo(mean, 12);
    const deviation = Math.sqrt(((a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2) / 2);
    expect(summary.accuracy?.standard_deviation).toBeCloseTo(deviation, 12);
  });

  it('trains one fold alone, the same as among the others, then the missing ones', async () => {
    const run = join(folder, 'run');
    const one = await trainFolds(threeFolds(run, { fold: '2' }), createTestTerminal(), never);
    expect(one).toEqual({ ...summary.folds[1], run: join(run, 'fold-2') });
    expect(await readdir(run)).toEqual(['fold-2']);
    await expectSameFolds(run, [2]);

    const resumed = {
      folder: run,
      resume: true,
      config: { preset: null, configFile: null, flags: {} },
    };
    const terminal = createTestTerminal();
    const all = await trainFolds(resumed, terminal, never);
    expect(terminal.notes).toContain(`fold 2 of 3 is finished: ${join(run, 'fold-2')}`);
    await expectSameFolds(run, [1, 3]);
    expect(all).toMatchObject({ roc_auc: summary.roc_auc, accuracy: summary.accuracy });
  });

  it('reports a fold that was killed after its last checkpoint, before its report', async () => {
    const metrics = join(whole, 'fold-2', 'metrics.json');
    const written = await readFile(metrics, 'utf8');
    await rm(metrics);
    await trainFolds({ ...threeFolds(whole), resume: true }, createTestTerminal(), never);
    expect(await readFile(metrics, 'utf8')).toBe(written);
  });

  it('saves the fold in which it is interrupted, and goes on there', async () => {
    const run = join(folder, 'run');
    const interruption = new AbortController();
    const terminal = createTestTerminal((note) => {
      const isSecondFold = terminal.notes.some((text) => text.includes('fold 2 of 3'));
      if (isSecondFold && note.startsWith('epoch 1/2')) {
        interruption.abort(new InterruptedError('SIGINT', 'stop'));
      }
    });
    await expect(trainFolds(threeFolds(run), terminal, interruption.signal)).rejects.toThrow(
      new RegExp(
        `saved after step \\d \\(epoch 2\\); go on with: histo train --resume --out "${run}"$`,
      ),
    );
    expect((await readdir(run)).sort()).toEqual(['fold-1', 'fold-2']);
    await trainFolds({ ...threeFolds(run), resume: true }, createTestTerminal(), never);
    await expectSameFolds(run, [1, 2, 3]);
  });

  it('keeps slides apart where their column is named, and says so', async () => {
    const labels = join(folder, 'labels.csv');
    const [header, ...rows] = (await readFile(fixturePatches.labels, 'utf8')).trim().split(/\r?\n/);
    const slides = rows.map((row, index) => `${row},slide${index % 12}`);
    await writeFile(labels, [`${header},slide`, ...slides].join('\n'));
    const slideOf = new Map(
      slides.map((row) => row.split(',')).map(([id, , slide]) => [id, slide]),
    );
    const run = join(folder, 'run');
    const flags = { labels, groupColumn: 'slide', epochs: 1 };
    const grouped = (await trainFolds(
      threeFolds(run, flags),
      createTestTerminal(),
      never,
    )) as FoldsSummary;
    const seen = new Set<string | undefined>();
    for (const { run: fold, split } of grouped.folds) {
      expect(split).toContain('of 12 groups held back; no group is on both sides');
      const predictions = await readPredictions(join(fold, 'predictions-valid.csv'));
      const slides = new Set(predictions.map(({ id }) => slideOf.get(id)));
      for (const slide of slides) expect(seen.has(slide)).toBe(false);
      for (const slide of slides) seen.add(slide);
    }
    expect(seen.size).toBe(12);
  });

  it.runIf(hasNativeEngine)('writes events of each fold into a folder of its own', async () => {
    const tensorboard = join(folder, 'events');
    const options = threeFolds(join(folder, 'run'), { tensorboard, epochs: 1 });
    await trainFolds(options, createTestTerminal(), never);
    expect((await readdir(tensorboard)).sort()).toEqual(['fold-1', 'fold-2', 'fold-3']);
    const events = await readEvents(join(tensorboard, 'fold-3'));
    expect(events.filter(({ scalars }) => 'step/loss' in scalars).map(({ step }) => step)).toEqual([
      1, 2,
    ]);
  });

  it('trains a single run where no folds are wanted, and goes on with it', async () => {
    const run = join(folder, 'run');
    const single = smallRun(run, { limit: 24, epochs: 1 });
    const first = await trainFolds(single, createTestTerminal(), never);
    expect(first).toMatchObject({ run, epochs: 1 });
    expect(await trainFolds({ ...single, resume: true }, createTestTerminal(), never)).toEqual(
      first,
    );
  });
});

describe('trainFolds refuses', () => {
  const refused = (options: ReturnType<typeof smallRun>) =>
    expect(trainFolds(options, createTestTerminal(), never)).rejects;

  it('folders that hold folds or a run', async () => {
    await refused(threeFolds(whole)).toThrow(/^Cannot train into ".*fold-1": .* --resume/);
    await refused(threeFolds(whole, { fold: 3 })).toThrow(/^Cannot train into ".*fold-3": /);
    await refused(smallRun(whole)).toThrow(/without a run, got one with fold-1; add --resume/);
    const run = join(folder, 'run');
    await train(smallRun(run, { limit: 24, epochs: 1 }), createTestTerminal(), never);
    await refused(threeFolds(run)).toThrow(/without a run, got one with last\.safetensors/);
  });

  it('other settings than those of the folds that are there', async () => {
    const run = join(folder, 'run');
    await trainFolds(threeFolds(run, { fold: 1 }), createTestTerminal(), never);
    const fault =
      /fold-1\/config\.json"[\s\S]*--folds: expected 3, got 4[\s\S]*--seed: expected 0, got 7/;
    await refused(threeFolds(run, { folds: 4, fold: 2, seed: 7 })).toThrow(fault);
    await refused({ ...threeFolds(run, { folds: 4, seed: 7 }), resume: true }).toThrow(fault);
    expect(await readdir(run)).toEqual(['fold-1']);
  });

  it('a fold that there is not, and to go on where there is none', async () => {
    await refused({ ...threeFolds(whole, { fold: '4' }), resume: true }).toThrow(
      '--fold: expected a whole number from 1 to 3, as folds is that, got 4',
    );
    const run = join(folder, 'nothing');
    await refused({ ...threeFolds(run), resume: true }).toThrow(UserError);
    expect(existsSync(run)).toBe(false);
  });

  it('a set of patches before the first fold, where any fold would lack a class', async () => {
    const run = join(folder, 'run');
    await refused(threeFolds(run, { limit: 3 })).toThrow(
      /^Cannot split into 3 folds: expected 3 patches of each/,
    );
    expect(existsSync(run)).toBe(false);
  });
});
