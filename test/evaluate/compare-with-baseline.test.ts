import { describe, expect, it } from 'vitest';
import {
  compareWithBaseline,
  differenceText,
  noRegression,
} from '../../src/evaluate/compare-with-baseline.js';
import type { Prediction } from '../../src/evaluate/prediction.js';
import { hasShared } from '../shared-data.js';
import { goldenMetrics, ninePlaces } from './golden-metrics.js';
import { simulateSlides } from './simulate-slides.js';

const never = new AbortController().signal;

function predictionsOf(margins: readonly number[], labels: readonly (0 | 1)[]): Prediction[] {
  return margins.map((margin, row) => {
    const label = labels[row] as 0 | 1;
    return { id: `${row}`, label, probability: 0.5, logits: [0, margin], group: null };
  });
}

/** Every score turned round, so that an AUC of A becomes 1 - A. */
function inverted(predictions: readonly Prediction[]): Prediction[] {
  return predictions.map((one) => ({ ...one, logits: [one.logits[1], one.logits[0]] }));
}

const comparison = {
  path: 'runs/old',
  roc_auc: 0.95,
  difference: -0.0088,
  interval: { low: -0.015, high: -0.0026, level: 0.95, method: 'DeLong' },
  p_value: 0.0054,
} as const;

describe.skipIf(!hasShared)('compareWithBaseline without slides', () => {
  it("is pROC's paired test", async () => {
    const golden = goldenMetrics().find((one) => one.paired_delong !== undefined);
    const { scores = [], scores_b = [], labels = [], paired_delong } = golden ?? {};
    const found = await compareWithBaseline(
      predictionsOf(scores, labels),
      predictionsOf(scores_b, labels),
      'b.csv',
      never,
    );
    expect(found).toMatchObject({ path: 'b.csv', interval: { method: 'DeLong' } });
    expect(found.roc_auc).toBeCloseTo(paired_delong?.auc_b ?? 0, ninePlaces);
    expect(found.p_value).toBeCloseTo(paired_delong?.p_value ?? 0, ninePlaces);
  });
});

describe('compareWithBaseline with slides', () => {
  const good = simulateSlides({ slides: 12, patches: 30 }, { shift: 0.5, prevalence: 0.5 }, 1);

  it('draws slides as a whole, without a p-value that takes patches as independent', async () => {
    const found = await compareWithBaseline(inverted(good), good, 'good', never);
    expect(found).toMatchObject({ interval: { method: 'cluster bootstrap' }, p_value: null });
    expect(found.roc_auc).toBeGreaterThan(0.8);
    expect(found.difference).toBeCloseTo(1 - 2 * (found.roc_auc ?? 0), ninePlaces);
  });

  it('misses for a model that got worse, not for one that got better or stayed', async () => {
    const missOf = async (now: Prediction[], before: Prediction[]) =>
      noRegression(0.5, await compareWithBaseline(now, before, 'before', never)).miss;
    expect(await missOf(inverted(good), good)).toContain('cluster bootstrap');
    expect(await missOf(good, inverted(good))).toBeNull();
    expect(await missOf(good, good)).toBeNull();
  });
});

describe('noRegression', () => {
  it('says both values, the difference, its interval and method', () => {
    expect(noRegression(0.9412, comparison)).toEqual({
      name: 'roc_auc no worse than that of runs/old',
      miss: 'roc_auc: expected no significant regression, got 0.9412 after 0.9500 of "runs/old": difference -0.0088 (95 % -0.0150 to -0.0026, paired DeLong, p = 0.0054)',
    });
  });

  it('passes where the interval reaches 0', () => {
    const interval = { ...comparison.interval, high: 0 };
    expect(noRegression(0.9412, { ...comparison, interval }).miss).toBeNull();
  });

  it('goes by the difference where there is no interval', () => {
    const without = { ...comparison, interval: null, p_value: null };
    expect(noRegression(0.9412, without).miss).toMatch(
      /-0\.0088 \(no interval for these patches\)$/,
    );
    expect(noRegression(0.95, { ...without, difference: 0 }).miss).toBeNull();
  });

  it('misses where a class is absent', async () => {
    const [now, before] = [predictionsOf([1], [1]), predictionsOf([2], [1])];
    const oneClass = await compareWithBaseline(now, before, 'old', never);
    expect(oneClass).toMatchObject({ roc_auc: null, difference: null, interval: null });
    expect(noRegression(null, oneClass).miss).toBe(
      'roc_auc: expected no significant regression, got no value for these patches to compare with "old"',
    );
  });
});

describe('differenceText', () => {
  it('shows a gain with its sign, and says no p-value where there is none', () => {
    const interval = { low: -0.01, high: 0.02, level: 0.95, method: 'cluster bootstrap' } as const;
    const gain = { path: 'old', roc_auc: 0.9, difference: 0.005, interval, p_value: null };
    expect(differenceText(0.905, gain)).toBe(
      '0.9050 after 0.9000 of "old": difference +0.0050 (95 % -0.0100 to +0.0200, paired cluster bootstrap)',
    );
  });
});
