import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import type { ThresholdRule } from '../../../src/evaluate/choose-threshold.js';
import { compare } from '../../../src/recipes/compare.js';
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
/** Rows that the run has not seen. */
let others = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-points-'));
  run = join(folder, 'run');
  others = join(folder, 'others.csv');
  const [header, ...rows] = (await readFile(fixturePatches.labels, 'utf8')).trim().split(/\r?\n/);
  await writeFile(others, [header, ...rows.slice(120, 200)].join('\n'));
  const settings = { limit: 120, calibrate: true };
  summary = await train(smallRun(run, settings), createTestTerminal(), never);
});
afterAll(() => rm(folder, { recursive: true }));

function score(thresholds: readonly ThresholdRule[], out: string | null = null) {
  return evaluate(
    {
      checkpoint: run,
      ensemble: [],
      tta: null,
      labels: others,
      images: fixturePatches.images,
      groupColumn: null,
      allowLeakage: false,
      onBadPatch: 'fail',
      limit: null,
      thresholds,
      baseline: null,
      batchSize: 64,
      precision: 'float32',
      engine: 'auto',
      out,
      png: true,
    },
    createTestTerminal(),
    never,
  );
}

describe('a checkpoint', () => {
  it("keeps Youden's threshold, a temperature and the scores that both are of", async () => {
    const { card, validation } = await loadCheckpoint(run);
    const predictions = await readPredictions(join(run, 'predictions-valid.csv'));
    expect([...(validation?.labels ?? [])]).toEqual(predictions.map(({ label }) => label));
    expect([...(validation?.logits ?? [])]).toEqual(predictions.flatMap(({ logits }) => logits));
    const rates = (threshold: number) => {
      const shares = ([1, 0] as const).map((label) => {
        const own = predictions.filter((patch) => patch.label === label);
        const called = own.filter(({ logits }) => logits[1] - logits[0] >= threshold);
        return called.length / own.length;
      }) as [number, number];
      return shares[0] - shares[1];
    };
    const best = Math.max(...predictions.map(({ logits }) => rates(logits[1] - logits[0])));
    expect(rates(card.chosen.youdenMargin as number)).toBeCloseTo(best, 12);
    expect(card.chosen.temperature).toBeGreaterThan(0);
  });

  it('says in the summary of its run that the threshold was chosen on these patches', () => {
    const [half, youden] = summary.best.operating_points;
    expect(half).toMatchObject({ name: '0.5', chosen_on: 'fixed' });
    expect(youden).toMatchObject({ name: 'youden', chosen_on: 'these patches' });
    const { before, after } = summary.best.calibration ?? {};
    // fitted on these patches by maximum likelihood: it cannot be worse on them
    expect(after?.log_loss).toBeLessThanOrEqual(before?.log_loss ?? 0);
  });
});

describe('evaluate on other patches', () => {
  it('applies the thresholds of the validation patches as they are', async () => {
    const { report } = await score([
      { kind: 'sensitivity', atLeast: 0.9 },
      { kind: 'specificity', atLeast: 0.8 },
    ]);
    const { card, validation } = await loadCheckpoint(run);
    const temperature = card.chosen.temperature as number;
    expect(report.operating_points.map(({ name, chosen_on }) => `${name}: ${chosen_on}`)).toEqual([
      '0.5: fixed',
      'youden: validation',
      'sensitivity 0.9: validation',
      'specificity 0.8: validation',
    ]);
    const [, youden, sensitive] = report.operating_points;
    const margin = card.chosen.youdenMargin as number;
    expect(youden?.threshold).toBeCloseTo(1 / (1 + Math.exp(-margin / temperature)), 9);
    const tumour = [...(validation?.labels ?? [])].flatMap((label, row) =>
      label === 1
        ? [(validation?.logits[2 * row + 1] ?? 0) - (validation?.logits[2 * row] ?? 0)]
        : [],
    );
    const wished = Math.log((sensitive?.threshold ?? 0) / (1 - (sensitive?.threshold ?? 0)));
    const found = tumour.filter((score) => score / temperature >= wished - 1e-9).length;
    expect(found / tumour.length).toBeGreaterThanOrEqual(0.9);
  });

  it('writes a report that has the same figures, with plots', async () => {
    const out = join(folder, 'evaluation');
    const { report } = await score([], out);
    const page = await readFile(join(out, 'report.html'), 'utf8');
    expect(page).toContain((report.roc_auc ?? 0).toFixed(4));
    expect(page).toContain(report.accuracy.toFixed(4));
    expect(page).toContain('data:image/png;base64,');
    expect(page).toContain(report.data_digest);
    const png = await readFile(join(out, 'roc.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const predictions = await readPredictions(join(out, 'predictions.csv'));
    for (const { probability, logits } of predictions) {
      expect(probability).toBeCloseTo(1 / (1 + Math.exp(logits[0] - logits[1])), 12);
    }
  });

  it('gives the probabilities that predict gives, after the temperature', async () => {
    const out = join(folder, 'scores.csv');
    const { labels: _, ...images } = fixturePatches;
    const common = {
      ensemble: [],
      tta: null,
      batchSize: 64,
      precision: 'float32',
      onBadPatch: 'fail',
    } as const;
    const options = { ...common, ...images, checkpoint: run, engine: 'auto', out } as const;
    await predict({ ...options, format: 'probability' }, createTestTerminal(), never);
    const { card } = await loadCheckpoint(run);
    const evaluation = join(folder, 'evaluation');
    const [first] = await readPredictions(join(evaluation, 'predictions.csv'));
    expect(card.chosen.temperature).not.toBe(1);
    const line = (await readFile(out, 'utf8'))
      .split('\n')
      .find((row) => row.includes(first?.id ?? '-'));
    expect(Number(line?.split(',')[1])).toBeCloseTo(first?.probability ?? 0, 6);
  });

  it('is compared after its temperature, as a run and as an evaluation', async () => {
    const paths = { first: run, second: run, labels: null, groupColumn: null };
    const common = { images: null, out: null };
    const { figures } = await compare({ ...paths, ...common }, createTestTerminal(), never);
    expect(figures.log_loss.first).toBeCloseTo(summary.best.log_loss, 9);
    expect(figures.brier.second).toBeCloseTo(summary.best.brier, 9);
  });

  it('refuses to choose on the test set where the checkpoint kept no scores', async () => {
    const bare = join(folder, 'bare.safetensors');
    await saveCheckpoint(bare, { ...(await loadCheckpoint(run)), validation: null });
    const whole = run;
    run = bare;
    await expect(score([{ kind: 'sensitivity', atLeast: 0.9 }])).rejects.toThrow(
      /^Cannot choose a threshold of sensitivity 0.9: expected a checkpoint with the scores of its validation patches of both classes, got none/,
    );
    run = whole;
  });
});
