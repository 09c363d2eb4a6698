import { describe, expect, it } from 'vitest';
import { bootstrapIntervals } from '../../src/evaluate/bootstrap-intervals.js';
import { evaluatePredictions, type FigureName } from '../../src/evaluate/evaluate-predictions.js';
import type { Prediction } from '../../src/evaluate/prediction.js';
import type { SampleFigure } from '../../src/evaluate/sample-figures.js';
import { scoreCells } from '../../src/evaluate/score-cells.js';
import { scoredPredictions } from '../../src/evaluate/scored-predictions.js';
import { type SlideSpread, simulateSlides } from './simulate-slides.js';

/**
 * The full simulation, whose table is in docs/evaluation.md:
 *   HISTO_COVERAGE_SETS=2000 npx vitest run test/evaluate/coverage.test.ts
 */
const fullSets = Number(process.env['HISTO_COVERAGE_SETS'] ?? 0);
const design = { slides: 20, patches: 20 };
const spread: SlideSpread = { shift: 0.6, prevalence: 0.8 };
const figures: readonly SampleFigure[] = [
  'roc_auc',
  'average_precision',
  'loss',
  'brier',
  'accuracy@0',
  'balanced_accuracy@0',
  'sensitivity@0',
  'specificity@0',
  'precision@0',
  'f1@0',
  'mcc@0',
  'ece',
  'calibration_slope',
  'calibration_intercept',
];

function truthOf(): Readonly<Record<string, number>> {
  const many = simulateSlides({ slides: 20_000, patches: 20 }, spread, 1);
  const evaluation = evaluatePredictions(many.map((patch) => ({ ...patch, group: null })));
  return Object.fromEntries(
    figures.map((name) => [name, evaluation[name.replace('@0', '') as FigureName] ?? Number.NaN]),
  );
}

function intervalsOf(predictions: readonly Prediction[], isClustered: boolean, resamples: number) {
  const { patches, slides } = scoredPredictions(predictions, 1);
  return bootstrapIntervals(patches, scoreCells(patches), {
    slides: isClustered ? slides : null,
    thresholds: [0],
    temperature: 1,
    exact: {},
    resamples,
  });
}

/** The share of sets whose interval holds the truth, by figure. */
function coverage(sets: number, resamples: number) {
  const truth = truthOf();
  const held = { cluster: new Map<string, number>(), plain: new Map<string, number>() };
  for (let set = 0; set < sets; set++) {
    const predictions = simulateSlides(design, spread, 1000 + set);
    for (const kind of ['cluster', 'plain'] as const) {
      const intervals = intervalsOf(predictions, kind === 'cluster', resamples);
      for (const name of figures) {
        const interval = intervals[name];
        const value = truth[name] as number;
        const isHeld = interval != null && interval.low <= value && value <= interval.high;
        held[kind].set(name, (held[kind].get(name) ?? 0) + (isHeld ? 1 / sets : 0));
      }
    }
  }
  return held;
}

describe('95 % intervals of 400 patches in 20 slides', () => {
  it('hold the truth as often as they say if slides are drawn, less often if patches are', () => {
    const { cluster, plain } = coverage(120, 150); // always the same sets; a standard error is 2 %
    for (const name of ['roc_auc', 'loss', 'sensitivity@0', 'calibration_intercept']) {
      expect(cluster.get(name), `${name}, slides`).toBeGreaterThan(0.9);
      expect(plain.get(name), `${name}, patches`).toBeLessThan((cluster.get(name) ?? 0) - 0.03);
    }
  });

  it.runIf(fullSets > 0)(
    'hold it in 93 to 97 % of many sets',
    () => {
      const { cluster, plain } = coverage(fullSets, 2000);
      const percent = (share = 0) => `${(100 * share).toFixed(1)} %`;
      const table = figures.map(
        (name) => `| ${name} | ${percent(cluster.get(name))} | ${percent(plain.get(name))} |`,
      );
      process.stdout.write(`${table.join('\n')}\n`);
      expect(cluster.get('roc_auc')).toBeGreaterThan(0.93);
      expect(cluster.get('roc_auc')).toBeLessThan(0.97);
      expect(plain.get('roc_auc')).toBeLessThan(0.91);
    },
    3_600_000,
  );
});
