import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { UserError } from '../../../src/errors.js';
import { type EvaluateOptions, evaluate } from '../../../src/recipes/score/evaluate.js';
import { train } from '../../../src/recipes/train/train.js';
import { metricsSchema } from '../../../src/report/metrics-schema.js';
import { scoredText } from '../../../src/report/scored-text.js';
import { temporaryFolder } from '../../data/temporary-folder.js';
import { fixturePatches } from '../../fixture-patches.js';
import { createTestTerminal } from '../../test-terminal.js';
import { smallRun } from '../fixture.js';

const never = new AbortController().signal;
const folder = temporaryFolder();
const run = join(folder, 'run');
const older = join(folder, 'older.safetensors');
let rows: string[] = [];
let valid = '';

/** 40 patches of the slides s0 to s7 to train on, 10 of s8 and s9 to validate on. */
beforeAll(async () => {
  const lines = (await readFile(fixturePatches.labels, 'utf8')).trim().split(/\r?\n/).slice(1);
  rows = lines.map((line, at) => `${line},s${Math.floor(at / 5)}`);
  valid = await labelsOf('valid', 40, 50);
  const labels = await labelsOf('train', 0, 40);
  const flags = { labels, validLabels: valid, groupColumn: 'slide', calibrate: true };
  await train(smallRun(run, flags), createTestTerminal(), never);
  await saveCheckpoint(older, { ...(await loadCheckpoint(run)), fingerprints: null });
});

/** Writes labels of the patches from a row up to another one. */
async function labelsOf(name: string, from: number, to: number): Promise<string> {
  const path = join(folder, `${name}.csv`);
  await writeFile(path, ['id,label,slide', ...rows.slice(from, to), ''].join('\n'));
  return path;
}

async function evaluated(labels: string, own: Partial<EvaluateOptions> = {}) {
  const terminal = createTestTerminal();
  const options: EvaluateOptions = {
    checkpoint: run,
    ensemble: [],
    tta: null,
    labels,
    images: fixturePatches.images,
    groupColumn: 'slide',
    limit: null,
    allowLeakage: false,
    onBadPatch: 'fail',
    thresholds: [],
    batchSize: 64,
    precision: 'float32',
    engine: 'auto',
    baseline: null,
    out: null,
    png: false,
    ...own,
  };
  const { report } = await evaluate(options, terminal, never);
  return { report, said: terminal.notes };
}

describe('a run', () => {
  it('has the same keys first in its metrics.json, as it looks before it trains', async () => {
    const metrics = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'));
    expect(Object.entries(metrics).slice(0, 4)).toEqual([
      ['leakage', null],
      ['leakage_checked', true],
      ['validation_share', 1],
      [
        'notes',
        [
          '10 of these patches validated the checkpoint, whose epoch was chosen by them: the figures flatter a little',
        ],
      ],
    ]);
    expect(metricsSchema.safeParse(metrics).error).toBeUndefined();
  });
});

describe('evaluate on new patches', () => {
  it('says that it has looked, first of all, and has nothing to note', async () => {
    const { report } = await evaluated(await labelsOf('new', 60, 80));
    expect(Object.entries(report).slice(0, 4)).toEqual([
      ['leakage', null],
      ['leakage_checked', true],
      ['validation_share', 0],
      ['notes', []],
    ]);
  });

  it('notes that slides were not looked at, and how they are', async () => {
    const { report, said } = await evaluated(await labelsOf('new', 60, 80), { groupColumn: null });
    const note =
      'slides were not looked at, though the checkpoint knows those of its training: name their column with --group-column';
    expect(report.notes).toEqual([note]);
    expect(said).toContain(`Note: ${note}`);
  });
});

describe('evaluate with a checkpoint that keeps nothing to know its patches by', () => {
  const unchecked = 'Whether these patches were trained on could not be looked at: ';

  it('says so in the JSON, first in the text and in the report page', async () => {
    const out = join(folder, 'evaluation');
    const labels = await labelsOf('new', 60, 80);
    const { report } = await evaluated(labels, { checkpoint: older, out });
    expect(report).toMatchObject({ leakage: null, leakage_checked: false, validation_share: null });
    expect(scoredText(report).startsWith(unchecked)).toBe(true);
    const page = await readFile(join(out, 'report.html'), 'utf8');
    expect(page).toContain(`<strong>Warning</strong> ${unchecked}`);
  });

  it('knows the labels of its training by their digest, and refuses them', async () => {
    const labels = await labelsOf('all', 0, 50);
    const own = { checkpoint: older, groupColumn: null };
    const refused = expect(evaluated(labels, own)).rejects;
    await refused.toThrow(UserError);
    await refused.toThrow(
      `Cannot evaluate on "${labels}": expected nothing that was trained on, got the very patches of the training of "${older}", by ids and labels; `,
    );
    const { report } = await evaluated(labels, { ...own, allowLeakage: true });
    expect(report).toMatchObject({ leakage: { train_twins: 40 }, leakage_checked: true });
    expect(scoredText(report)).toMatch(/^Leakage: the very patches .*: the figures flatter\n/);
  });
});

describe('evaluate on patches that validated', () => {
  it('counts one among others, and lets thresholds be chosen on validation', async () => {
    const { report } = await evaluated(await labelsOf('one', 49, 69));
    expect(report.validation_share).toBeCloseTo(1 / 20, 12);
    expect(report.operating_points[1]).toMatchObject({ name: 'youden', chosen_on: 'validation' });
    expect(report.notes).toEqual([
      '1 of these patches validated the checkpoint, whose epoch was chosen by them: the figures flatter a little',
      '1 slide of these patches validated the checkpoint: no leak, but its epoch was chosen by them',
    ]);
  });

  it('has thresholds chosen on these patches where most of them validated', async () => {
    const { report } = await evaluated(await labelsOf('most', 40, 59));
    expect(report.validation_share).toBeCloseTo(10 / 19, 12);
    expect(report.operating_points[1]).toMatchObject({ chosen_on: 'these patches' });
    const half = await evaluated(await labelsOf('half', 40, 60));
    expect(half.report.operating_points[1]).toMatchObject({ chosen_on: 'validation' });
  });
});

describe('evaluate applies what was chosen on validation', () => {
  it('and says on how many patches a wished threshold was chosen, and what it reached', async () => {
    const { report } = await evaluated(await labelsOf('new', 60, 80), {
      thresholds: [
        { kind: 'sensitivity', atLeast: 1 },
        { kind: 'specificity', atLeast: 1 },
      ],
    });
    const tumour = rows.slice(40, 50).filter((row) => row.split(',')[1] === '1').length;
    expect(report.notes).toEqual([
      `sensitivity 1 was chosen on ${tumour} tumour patches of the validation, where it reaches 1.0000`,
      `specificity 1 was chosen on ${10 - tumour} normal patches of the validation, where it reaches 1.0000`,
    ]);
  });

  it('and says that it was chosen without test-time augmentation', async () => {
    const out = join(folder, 'augmented');
    const { report, said } = await evaluated(await labelsOf('few', 60, 70), { tta: 'd4', out });
    const note =
      'the thresholds and any temperature were chosen on logits without test-time augmentation, and are applied as they are';
    expect(report.notes).toEqual([note]);
    expect(said).toContain(`Note: ${note}`);
    expect(scoredText(report).endsWith(`\n\nNote: ${note}`)).toBe(true);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain(`<li>${note}</li>`);
  });

  it('but not of an ensemble, and says so', async () => {
    const labels = await labelsOf('few', 60, 70);
    const { report } = await evaluated(labels, { ensemble: [older] });
    expect(report).toMatchObject({ calibration: null, leakage_checked: false });
    expect(report.notes).toEqual([
      "temperature and Youden's threshold of the checkpoints are not used: each is of one checkpoint's logits, not of their mean",
    ]);
  });
});
