import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InterruptedError, UserError } from '../../../src/errors.js';
import type { Prediction } from '../../../src/evaluate/prediction.js';
import { evaluateFolds } from '../../../src/recipes/score/evaluate-folds.js';
import { trainFolds } from '../../../src/recipes/train/train-folds.js';
import { metricsSchema } from '../../../src/report/metrics-schema.js';
import { readPredictions, writePredictions } from '../../../src/report/predictions-csv.js';
import { fixturePatches } from '../../fixture-patches.js';
import { createTestTerminal } from '../../test-terminal.js';
import { smallRun } from '../fixture.js';

const never = new AbortController().signal;
let shared = '';
let whole = '';
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'histo-evaluate-folds-'));
  const labels = join(shared, 'labels.csv');
  const [header, ...rows] = (await readFile(fixturePatches.labels, 'utf8')).trim().split(/\r?\n/);
  const slides = rows.map((row, index) => `${row},slide${index % 12}`);
  await writeFile(labels, [`${header},slide`, ...slides].join('\n'));
  whole = join(shared, 'whole');
  const flags = { labels, groupColumn: 'slide', limit: 24, epochs: 2, folds: 3 };
  await trainFolds(smallRun(whole, flags), createTestTerminal(), never);
});
afterAll(() => rm(shared, { recursive: true }));

let folder = '';
let copy = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-evaluate-folds-'));
  copy = join(folder, 'run');
  await cp(whole, copy, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

function of(...runs: readonly string[]) {
  return { runs, baseline: null, out: null, png: false };
}

function predictionsIn(fold: number, run = whole): Promise<Prediction[]> {
  return readPredictions(join(run, `fold-${fold}`, 'predictions-valid.csv'));
}

/** The share of pairs of tumour and normal that are ranked rightly, ties half. */
function shareOfPairs(predictions: readonly Prediction[]): number {
  const margin = ({ logits }: Prediction) => logits[1] - logits[0];
  const [tumour, normal] = [1, 0].map((label) => predictions.filter((one) => one.label === label));
  const wins = (tumour ?? []).flatMap((one) =>
    (normal ?? []).map((other) => (Math.sign(margin(one) - margin(other)) + 1) / 2),
  );
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}

describe('evaluateFolds', () => {
  it('pools what each model said of the patches that it did not train on', async () => {
    const { report, curves } = await evaluateFolds(of(whole), never);
    const pooled = (await Promise.all([1, 2, 3].map((fold) => predictionsIn(fold)))).flat();
    const right = pooled.filter(({ label, logits }) => (logits[1] >= logits[0] ? 1 : 0) === label);
    expect(report).toMatchObject({
      examples: 24,
      groups: 12,
      missing_folds: [],
      checkpoint: whole,
    });
    expect(report.roc_auc).toBeCloseTo(shareOfPairs(pooled), 12);
    expect(report.accuracy).toBeCloseTo(right.length / 24, 12);
    expect(report.intervals.roc_auc?.method ?? 'cluster bootstrap').toBe('cluster bootstrap');
    expect(curves.roc?.true_positive_rate.at(-1)).toBe(1);
  });

  it('sets the folds beside each other, with mean and standard deviation', async () => {
    const { report } = await evaluateFolds(of(whole), never);
    const areas = await Promise.all(
      [1, 2, 3].map(async (f) => shareOfPairs(await predictionsIn(f))),
    );
    expect(report.folds.map(({ fold, run }) => [fold, run])).toEqual(
      [1, 2, 3].map((fold) => [fold, join(whole, `fold-${fold}`)]),
    );
    report.folds.forEach(({ roc_auc }, at) => {
      expect(roc_auc).toBeCloseTo(areas[at] as number, 12);
    });
    const mean = areas.reduce((sum, area) => sum + area, 0) / 3;
    const squares = areas.reduce((sum, area) => sum + (area - mean) ** 2, 0);
    expect(report.spread.roc_auc?.mean).toBeCloseTo(mean, 12);
    expect(report.spread.roc_auc?.standard_deviation).toBeCloseTo(Math.sqrt(squares / 2), 12);
  });

  it('says what flatters and what harms', async () => {
    const { report } = await evaluateFolds(of(whole), never);
    expect(report.notes).toEqual([
      'each fold chose its epoch on its own validation patches: the figures flatter a little',
      'pooling ranks scores of different models against each other, which costs some ROC AUC; the mean over the folds is free of that',
    ]);
  });

  it('takes the folds by themselves, in any order, and says which are missing', async () => {
    const { report } = await evaluateFolds(of(join(whole, 'fold-3'), join(whole, 'fold-1')), never);
    expect(report.folds.map(({ fold }) => fold)).toEqual([1, 3]);
    expect(report.missing_folds).toEqual([2]);
    expect(report.notes[0]).toBe(
      'fold 2 is missing or not finished: its patches are not among these',
    );
    expect(report.examples).toBe((await predictionsIn(1)).length + (await predictionsIn(3)).length);
  });

  it('leaves out a fold that is not trained to its end', async () => {
    await rm(join(copy, 'fold-2', 'last.safetensors'));
    const { report } = await evaluateFolds(of(copy), never);
    expect(report.missing_folds).toEqual([2]);
  });

  it('says that slides are not known, or are in several folds', async () => {
    const [one, two] = [await predictionsIn(1, copy), await predictionsIn(2, copy)];
    const valid = (fold: number) => join(copy, `fold-${fold}`, 'predictions-valid.csv');
    await writePredictions(
      valid(1),
      one.map((patch) => ({ ...patch, group: 'torn' })),
    );
    await writePredictions(
      valid(2),
      two.map((patch) => ({ ...patch, group: 'torn' })),
    );
    const torn = await evaluateFolds(of(copy), never);
    expect(torn.report.notes.at(-1)).toMatch(/^1 slide is in more than one fold/);
    await writePredictions(
      valid(1),
      one.map((patch) => ({ ...patch, group: null })),
    );
    const unknown = await evaluateFolds(of(copy), never);
    expect(unknown.report.groups).toBeNull();
    expect(unknown.report.notes).toContain(
      'no slide is known: patches of one slide may be on both sides of a split, and then the figures flatter',
    );
  });

  it('writes metrics.json as the schema has it, the pooled predictions and the report', async () => {
    const out = join(folder, 'out');
    const { report } = await evaluateFolds({ ...of(whole), out }, never);
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'predictions.csv', 'report.html']);
    const metrics = JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8'));
    expect(metrics).toEqual(report);
    expect(metrics).toMatchObject({ leakage: null, leakage_checked: true, validation_share: 1 });
    expect(metricsSchema.safeParse(metrics).error).toBeUndefined();
    const pooled = await readPredictions(join(out, 'predictions.csv'));
    expect(pooled.map(({ id }) => id)).toHaveLength(24);
    const page = await readFile(join(out, 'report.html'), 'utf8');
    expect(page).toContain('<caption>3 folds</caption>');
    expect(page).toContain('No slide is on both sides of the split.');
    expect(page).toContain('The epoch was chosen on these very patches');
  });

  it('compares the pooled predictions with a baseline', async () => {
    const out = join(folder, 'out');
    await evaluateFolds({ ...of(whole), out }, never);
    const { report } = await evaluateFolds({ ...of(whole), baseline: out }, never);
    expect(report.baseline).toMatchObject({ path: out, roc_auc: report.roc_auc, difference: 0 });
  });

  it('writes nothing when it is interrupted', async () => {
    const out = join(folder, 'out');
    const stopped = AbortSignal.abort(new InterruptedError('SIGINT', 'stop'));
    await expect(evaluateFolds({ ...of(whole), out }, stopped)).rejects.toThrow(InterruptedError);
    expect(await readdir(out)).toEqual([]);
  });
});

describe('evaluateFolds refuses', () => {
  const refused = (...runs: string[]) => expect(evaluateFolds(of(...runs), never)).rejects;

  it('a patch in two folds', async () => {
    const twice = refused(join(whole, 'fold-1'), join(copy, 'fold-1'));
    await twice.toThrow(UserError);
    await twice.toThrow(
      /^Cannot pool folds: expected each patch in one of them, got \d+ in more, such as ".*" in ".*fold-1" and ".*fold-1"; name each fold/,
    );
  });

  it('folds of several cross-validations', async () => {
    const config = join(copy, 'fold-2', 'config.json');
    const record = JSON.parse(await readFile(config, 'utf8'));
    await writeFile(config, JSON.stringify({ ...record, dataDigest: 'f'.repeat(64) }));
    await refused(copy).toThrow(
      /^Cannot pool ".*fold-1" and ".*fold-2": expected folds of one cross-validation, got fold 1 of 3 of patches .* and fold 2 of 3 of patches ffffffffffff; name the folds of one$/,
    );
  });

  it('a single run, and what is no run', async () => {
    const config = join(copy, 'fold-1', 'config.json');
    const record = JSON.parse(await readFile(config, 'utf8'));
    const single = { ...record, config: { ...record.config, folds: null, fold: null } };
    await writeFile(config, JSON.stringify(single));
    await refused(join(copy, 'fold-1')).toThrow(
      /without --labels: expected folds, got a single run; name patches with --labels FILE --images FOLDER, or train with --folds$/,
    );
    await refused(folder).toThrow(
      /^Cannot evaluate ".*" without --labels: expected the folder of a run/,
    );
  });

  it('folds of which none is finished', async () => {
    for (const fold of [1, 2, 3]) await rm(join(copy, `fold-${fold}`, 'last.safetensors'));
    await refused(copy).toThrow(/expected one that is trained to its end, got none/);
  });
});
