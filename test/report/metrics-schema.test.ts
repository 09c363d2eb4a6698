import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/evaluate/evaluate-predictions.js';
import { packageFolder } from '../../src/package-folder.js';
import { metricsJsonSchema, metricsSchema } from '../../src/report/metrics-schema.js';
import { evaluation } from './report-contents.js';

const report = {
  ...evaluation,
  checkpoint: 'runs/first',
  labels: 'held_back.csv',
  engine: 'native (TensorFlow 2.21.0, CPU)',
  computed_in: 'float32',
  data_digest: '0f'.repeat(32),
  baseline: null,
  skipped_patches: [],
  leakage: null,
  leakage_checked: true,
  validation_share: 0,
  notes: [],
  ensemble: [],
  tta: null,
};

describe('metricsSchema', () => {
  it('takes an evaluation and what it is of, with null where there is no value', () => {
    const parsed: Evaluation = metricsSchema.parse(report);
    expect(parsed).toEqual(report);
    const oneClass = { ...report, roc_auc: null, calibration: null, operating_points: [] };
    expect(metricsSchema.parse(oneClass)).toEqual(oneClass);
  });

  it('takes further keys beside the figures', () => {
    expect(metricsSchema.safeParse({ ...report, later: 'd4' }).success).toBe(true);
  });

  it.each([
    ['a figure is missing', { ...report, ece: undefined }],
    ['the spread of folds is something else', { ...report, spread: 'nonsense' }],
    ['a figure is out of its range', { ...report, accuracy: 1.2 }],
    ['an interval has no known method', changedInterval({ method: 'guess' })],
    ['an interval has another level', changedInterval({ level: 0.9 })],
    ['an unknown figure has an interval', withInterval('beauty')],
    ['a count is no whole number', { ...report, examples: 10.5 }],
  ])('refuses where %s', (_, changed) => {
    expect(metricsSchema.safeParse(changed).success).toBe(false);
  });
});

describe('metrics.schema.json', () => {
  it('is what src/report says', async () => {
    const path = join(packageFolder, 'configs', 'metrics.schema.json');
    expect(
      JSON.parse(await readFile(path, 'utf8')),
      'to update: npm run build && node scripts/write-config-schema.mjs && npm run format',
    ).toEqual(metricsJsonSchema());
  });

  it('requires every figure and allows further keys', () => {
    const schema = metricsJsonSchema() as { required: string[]; additionalProperties: unknown };
    expect(schema.required).toEqual(expect.arrayContaining(Object.keys(evaluation)));
    expect(schema.additionalProperties).toEqual({});
  });
});

function changedInterval(changes: object) {
  const { roc_auc } = evaluation.intervals;
  return {
    ...report,
    intervals: { ...evaluation.intervals, roc_auc: { ...roc_auc, ...changes } },
  };
}

function withInterval(name: string) {
  return { ...report, intervals: { ...evaluation.intervals, [name]: null } };
}
