import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseThreshold } from '../../src/evaluate/choose-threshold.js';
import { type Comparison, comparePredictions } from '../../src/evaluate/compare-predictions.js';
import { evaluatePredictions, type FigureName } from '../../src/evaluate/evaluate-predictions.js';
import type { Prediction } from '../../src/evaluate/prediction.js';
import { fitTemperature } from '../../src/evaluate/temperature.js';

interface ReferenceCase {
  readonly margins: readonly number[];
  readonly labels: readonly (0 | 1)[];
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
  readonly confusion: object;
  readonly wilson: Readonly<Record<'accuracy' | 'sensitivity' | 'precision', [number, number]>>;
  readonly temperature: number;
  readonly thresholds: Readonly<Record<'youden' | 'sensitivity 0.95' | 'specificity 0.9', number>>;
}

/** Made by reference-figures.py with scikit-learn, statsmodels and scipy. */
const reference = JSON.parse(
  readFileSync(new URL('./reference-figures.json', import.meta.url), 'utf8'),
) as {
  readonly cases: Readonly<Record<'plain' | 'tied', ReferenceCase>>;
  readonly paired: {
    readonly other: readonly number[];
    readonly only_first_wrong: number;
    readonly only_second_wrong: number;
    readonly mcnemar_exact_p: number;
  };
};

function predictionsOf(margins: readonly number[], labels: readonly (0 | 1)[]): Prediction[] {
  return margins.map((margin, i) => ({
    id: `${i}`,
    label: labels[i] as 0 | 1,
    probability: 1 / (1 + Math.exp(-margin)),
    logits: [0, margin],
    group: null,
  }));
}

describe.each(Object.entries(reference.cases))('figures of the "%s" scores', (_, wanted) => {
  const { margins, labels } = wanted;
  const evaluation = evaluatePredictions(predictionsOf(margins, labels));

  it('are those of scikit-learn and statsmodels', () => {
    for (const [name, value] of Object.entries(wanted.figures)) {
      expect(evaluation[name as FigureName], name).toBeCloseTo(value, 9);
    }
    expect(evaluation.confusion).toEqual(wanted.confusion);
  });

  it("have statsmodels' Wilson intervals", () => {
    for (const [name, [low, high]] of Object.entries(wanted.wilson)) {
      const interval = evaluation.intervals[name as FigureName];
      expect(interval?.method).toBe('Wilson');
      expect(interval?.low, name).toBeCloseTo(low, 9);
      expect(interval?.high, name).toBeCloseTo(high, 9);
    }
  });

  it("have scipy's temperature", () => {
    expect(fitTemperature(margins, labels)).toBeCloseTo(wanted.temperature, 6); // as far as scipy goes
  });

  it("have the thresholds of scikit-learn's ROC curve", () => {
    const rules = [
      { kind: 'youden' },
      { kind: 'sensitivity', atLeast: 0.95 },
      { kind: 'specificity', atLeast: 0.9 },
    ] as const;
    for (const rule of rules) {
      const { name, margin } = chooseThreshold(rule, margins, labels);
      const threshold = wanted.thresholds[name as keyof typeof wanted.thresholds];
      expect(margin + 0, name).toBe(threshold + 0); // -0 and 0 are one threshold
    }
  });
});

const never = new AbortController().signal;

describe('comparePredictions', () => {
  const { margins, labels } = reference.cases.plain;
  const first = predictionsOf(margins, labels);
  const second = predictionsOf(reference.paired.other, labels);
  let comparison: Comparison;
  beforeAll(async () => {
    comparison = await comparePredictions(first, second, never);
  });

  it("has statsmodels' exact McNemar test", () => {
    expect(comparison.mcnemar).toEqual({
      only_first_right: reference.paired.only_second_wrong,
      only_second_right: reference.paired.only_first_wrong,
      p_value: expect.closeTo(reference.paired.mcnemar_exact_p, 12),
    });
  });

  it("resamples both models together: the AUC's interval is close to DeLong's paired one", () => {
    const { difference, interval } = comparison.figures.roc_auc;
    const delong = comparison.delong?.interval;
    expect(difference).toBeCloseTo(comparison.delong?.difference ?? 0, 12);
    // two estimates of one width, by 2,000 draws: within a tenth of each other
    const width = (interval?.high ?? 0) - (interval?.low ?? 0);
    expect(width / ((delong?.high ?? 0) - (delong?.low ?? 0))).toBeCloseTo(1, 1);
  });

  it('finds no difference between a model and itself, and no interval of it', async () => {
    const { figures, delong, mcnemar } = await comparePredictions(first, first, never);
    expect(figures.roc_auc).toMatchObject({ difference: 0, interval: null });
    expect(delong).toEqual({ difference: 0, interval: null, z: null, p_value: null });
    expect(mcnemar.p_value).toBe(1);
  });

  it('refuses other patches and other labels', async () => {
    const renamed = second.map((patch, i) => (i === 7 ? { ...patch, id: 'other' } : patch));
    await expect(comparePredictions(first, renamed, never)).rejects.toThrow(
      'Cannot compare predictions: expected the same patches and labels in the same order, got others from "7" on',
    );
    const refusal = (some: Prediction[], others: Prediction[]) =>
      expect(comparePredictions(some, others, never)).rejects;
    await refusal(first, second.slice(1)).toThrow('got others from "0" on');
    await refusal(first.slice(0, 3), second.slice(0, 4)).toThrow('got others');
  });

  it('lets a signal in while it draws', async () => {
    const interruption = new AbortController();
    const many = Array.from({ length: 5000 }, (_, i) => ({
      ...(first[i % first.length] as Prediction),
      id: `${i}`,
    }));
    setImmediate(() => interruption.abort(new Error('stop')));
    await expect(comparePredictions(many, many, interruption.signal)).rejects.toThrow('stop');
  });
});
