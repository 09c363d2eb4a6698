import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import type { NamedArray } from '../../../src/model/state-dict.js';
import { evaluate } from '../../../src/recipes/score/evaluate.js';
import { predict } from '../../../src/recipes/score/predict.js';
import { type TrainingSummary, train } from '../../../src/recipes/train/train.js';
import { readPredictions } from '../../../src/report/predictions-csv.js';
import { fixturePatches } from '../../fixture-patches.js';
import { createTestTerminal } from '../../test-terminal.js';
import { smallRun } from '../fixture.js';

const never = new AbortController().signal;
let folder = '';
let run = '';
let summary: TrainingSummary;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-evaluate-'));
  run = join(folder, 'run');
  summary = await train(smallRun(run, { split: 'rows' }), createTestTerminal(), never);
});
afterAll(() => rm(folder, { recursive: true }));

const common = {
  groupColumn: null,
  thresholds: [],
  limit: null,
  png: false,
  allowLeakage: false,
  onBadPatch: 'fail',
  precision: 'float32',
  engine: 'auto',
  batchSize: 64,
  ensemble: [],
  tta: null,
  baseline: null,
  out: null,
} as const;

describe('evaluate', () => {
  it('gives the figures that training gave for the same patches, whatever the batch size', async () => {
    const [header, ...rows] = (await readFile(fixturePatches.labels, 'utf8')).trim().split(/\r?\n/);
    const labels = join(folder, 'valid_labels.csv');
    await writeFile(labels, [header, ...rows.slice(40, 50)].join('\n')); // the last 20 % of 50 rows
    const out = join(folder, 'evaluation');
    const { report } = await evaluate(
      { ...common, checkpoint: run, labels, images: fixturePatches.images, batchSize: 3, out },
      createTestTerminal(),
      never,
    );
    expect(report).toMatchObject({
      examples: 10,
      positives: summary.best.positives,
      accuracy: summary.best.accuracy,
      roc_auc: summary.best.roc_auc,
      leakage: null,
      validation_share: 1,
    });
    // float32 sums in another order: relative error of some 1e-6
    expect(report.loss).toBeCloseTo(summary.best.loss, 4);
    expect(JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8'))).toEqual(report);
    const predictions = await readPredictions(join(out, 'predictions.csv'));
    expect(predictions.map(({ id }) => id)).toEqual(
      rows.slice(40, 50).map((row) => row.split(',')[0]),
    );
  });

  it('prepares patches by the normalisation of the checkpoint', async () => {
    const checkpoint = join(folder, 'other.safetensors');
    const { card, state, ...rest } = await loadCheckpoint(run);
    // Half the deviation, half the first filters: exactly the same network.
    const { mean, std } = card.preprocessing;
    const preprocessing = { ...card.preprocessing, mean, std: std.map((value) => value / 2) };
    const first = state.get('conv1.weight') as NamedArray;
    const halved = { ...first, data: first.data.map((value) => value / 2) };
    await saveCheckpoint(checkpoint, {
      ...rest,
      state: new Map([...state, ['conv1.weight', halved]]),
      card: { ...card, preprocessing },
    });
    const options = { ...common, ...fixturePatches, allowLeakage: true };
    const own = await evaluate({ ...options, checkpoint: run }, createTestTerminal(), never);
    const other = await evaluate({ ...options, checkpoint }, createTestTerminal(), never);
    expect(other.report.roc_auc).toBe(own.report.roc_auc);
    expect(other.report.loss).toBe(own.report.loss);
  });

  it('says before scoring that its report cannot be written', async () => {
    const out = join(folder, 'blocked');
    await mkdir(join(out, 'metrics.json'), { recursive: true });
    const options = { ...common, ...fixturePatches, checkpoint: run, out };
    const terminal = createTestTerminal();
    await expect(evaluate(options, terminal, never)).rejects.toThrow(
      /^Cannot write ".*metrics\.json": a folder stands there/,
    );
    expect(terminal.notes).toEqual([]);
  });

  it('refuses a folder without a checkpoint', async () => {
    const options = { ...common, ...fixturePatches, checkpoint: folder };
    await expect(evaluate(options, createTestTerminal(), never)).rejects.toThrow(
      /best\.safetensors/,
    );
  });
});

const plain = { onBadPatch: 'fail', ensemble: [], tta: null } as const;

describe('predict', () => {
  it('says before scoring that its CSV cannot be written', async () => {
    const options = {
      ...plain,
      checkpoint: run,
      images: fixturePatches.images,
      out: folder,
    } as const;
    const stopped = AbortSignal.abort(new Error('it has begun to score'));
    await expect(
      predict(
        { ...options, format: 'kaggle', precision: 'float32', engine: 'auto', batchSize: 16 },
        createTestTerminal(),
        stopped,
      ),
    ).rejects.toThrow(/^Cannot write ".*": a folder stands there/);
  });

  it('refuses to replace its checkpoint or a patch', async () => {
    const { images } = fixturePatches;
    const patch = join(images, (await readdir(images))[0] as string);
    const common = {
      format: 'kaggle',
      precision: 'float32',
      engine: 'auto',
      batchSize: 16,
    } as const;
    for (const out of [join(run, 'best.safetensors'), patch]) {
      const options = { ...plain, ...common, checkpoint: run, images, out };
      await expect(predict(options, createTestTerminal(), never)).rejects.toThrow(
        `Cannot write "${out}": expected a file that nothing is read from`,
      );
    }
  });

  it('scores every patch of a folder in the order of ids, as evaluate does', async () => {
    const evaluation = join(folder, 'all');
    await evaluate(
      { ...common, ...fixturePatches, checkpoint: run, out: evaluation, allowLeakage: true },
      createTestTerminal(),
      never,
    );
    const known = await readPredictions(join(evaluation, 'predictions.csv'));
    const byId = new Map(known.map(({ id, probability }) => [id, probability]));
    for (const [format, header] of [
      ['probability', 'id,probability'],
      ['kaggle', 'id,label'],
    ] as const) {
      const out = join(folder, `${format}.csv`);
      const options = {
        ...plain,
        checkpoint: run,
        images: fixturePatches.images,
        out,
        format,
      } as const;
      const count = await predict(
        { ...options, precision: 'float32', engine: 'auto', batchSize: 16 },
        createTestTerminal(),
        never,
      );
      const [first, ...rows] = (await readFile(out, 'utf8')).trim().split('\n');
      expect(first).toBe(header);
      expect(count).toEqual({ scored: known.length, skipped: 0 });
      expect(rows.map((row) => row.split(',')[0])).toEqual([...byId.keys()].sort());
      for (const row of rows) {
        const [id = '', probability] = row.split(',');
        expect(Number(probability)).toBeCloseTo(byId.get(id) as number, 4); // float32, other batches
      }
    }
  });
});
