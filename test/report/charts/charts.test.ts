import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { RocCurve } from '../../../src/evaluate/curves.js';
import type { ReliabilityBin } from '../../../src/evaluate/reliability-bins.js';
import { histogramChart } from '../../../src/report/charts/histogram-chart.js';
import { lossChart } from '../../../src/report/charts/learning-charts.js';
import { letterOf, placeLabels } from '../../../src/report/charts/point-labels.js';
import { precisionRecallChart } from '../../../src/report/charts/precision-recall-chart.js';
import { reliabilityChart } from '../../../src/report/charts/reliability-chart.js';
import { rocChart } from '../../../src/report/charts/roc-chart.js';
import { rocPairChart } from '../../../src/report/charts/roc-pair-chart.js';
import { learningRateChart } from '../../../src/report/charts/schedule-charts.js';
import { curves, evaluation, schedule } from '../report-contents.js';

// The unit square of the square plots, in their own pixels: between the margins of 420 x 420.
const [left, right, top, bottom] = [46, 404, 34, 374];
const x = (share: number) => left + share * (right - left);
const y = (share: number) => bottom - share * (bottom - top);

/** The points of the paths, lines and polygons that have this stroke or fill. */
function pathsOf(chart: string, colour: string): [number, number][][] {
  return [...svgOf(chart).querySelectorAll('path')]
    .filter((path) =>
      ['stroke', 'fill'].some((name) => path.closest(`[${name}]`)?.getAttribute(name) === colour),
    )
    .map((path) =>
      [...(path.getAttribute('d') ?? '').matchAll(/([-\d.]+),([-\d.]+)/g)].map(
        ([, a, b]): [number, number] => [Number(a), Number(b)],
      ),
    );
}

function svgOf(chart: string) {
  return parseHTML(`<!doctype html><body>${chart}</body>`).document;
}

function textsOf(chart: string): string[] {
  return [...svgOf(chart).querySelectorAll('text')].map(({ textContent }) => textContent ?? '');
}

function circlesOf(chart: string): [number, number][] {
  return [...svgOf(chart).querySelectorAll('circle')].map((circle) => [
    Number(circle.getAttribute('cx')),
    Number(circle.getAttribute('cy')),
  ]);
}

function expectPoints(actual: readonly [number, number][], expected: readonly [number, number][]) {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((point, i) => {
    for (const axis of [0, 1] as const) {
      expect(point[axis]).toBeCloseTo(expected[i]?.[axis] as number, 1);
    }
  });
}

const stairs: RocCurve = {
  false_positive_rate: [0, 0, 0.5, 0.5, 1],
  true_positive_rate: [0, 0.25, 0.25, 1, 1],
  band: { rates: [0, 1], low: [0.1, 0.9], high: [0.4, 1], method: 'bootstrap' },
};

describe('rocChart', () => {
  it('draws the curve through its points from corner to corner, and its band', async () => {
    const chart = await rocChart(stairs, [], 0.625);
    const [band, curve] = pathsOf(chart, 'var(--accent)');
    expectPoints(curve ?? [], [
      [x(0), y(0)],
      [x(0), y(0.25)],
      [x(0.5), y(0.25)],
      [x(0.5), y(1)],
      [x(1), y(1)],
    ]);
    expectPoints(band ?? [], [
      [x(0), y(0.4)],
      [x(1), y(1)],
      [x(1), y(0.9)],
      [x(0), y(0.1)],
    ]);
    expect(svgOf(chart).querySelector('svg')?.getAttribute('aria-label')).toContain('area 0.6250');
  });

  it('marks the operating points by letter', async () => {
    const chart = await rocChart(stairs, evaluation.operating_points, null);
    expectPoints(
      circlesOf(chart).toSorted(([a], [b]) => a - b),
      [
        [x(0.1), y(0.85)],
        [x(0.13), y(0.89)],
        [x(0.28), y(0.95)],
      ],
    );
    expect(textsOf(chart)).toEqual(expect.arrayContaining(['A', 'B', 'C']));
  });
});

it('rocPairChart draws both curves, one full and one dashed, and names them with their areas', async () => {
  const diagonal = { ...stairs, false_positive_rate: [0, 1], true_positive_rate: [0, 1] };
  const chart = await rocPairChart({ roc: stairs, area: 0.625 }, { roc: diagonal, area: 0.5 });
  expectPoints((pathsOf(chart, 'var(--accent)')[0] ?? []).slice(1, 3), [
    [x(0), y(0.25)],
    [x(0.5), y(0.25)],
  ]);
  expectPoints(pathsOf(chart, 'var(--ink)')[0] ?? [], [
    [x(0), y(0)],
    [x(1), y(1)],
  ]);
  expect(textsOf(chart)).toEqual(expect.arrayContaining(['A, area 0.6250', 'B, area 0.5000']));
  const dashes = [...svgOf(chart).querySelectorAll('[stroke-dasharray="6,3"]')];
  expect(dashes.length).toBeGreaterThan(0);
});

it('precisionRecallChart draws the curve, and chance at the share of tumour', async () => {
  const chart = await precisionRecallChart({ recall: [0.5, 1], precision: [1, 0.25] }, [], 0.25);
  expectPoints(pathsOf(chart, 'var(--accent)')[0] ?? [], [
    [x(0.5), y(1)],
    [x(1), y(0.25)],
  ]);
  const chance = svgOf(chart).querySelector('line[stroke-dasharray], g[stroke-dasharray] line');
  expect(Number(chance?.getAttribute('y1'))).toBeCloseTo(y(0.25), 1);
});

it('reliabilityChart draws a point and an interval a bin', async () => {
  const bins: ReliabilityBin[] = [
    {
      probability: 0.1,
      share: 0.2,
      interval: { low: 0.05, high: 0.4, level: 0.95, method: 'Wilson' },
      patches: 10,
    },
    {
      probability: 0.9,
      share: 0.8,
      interval: { low: 0.7, high: 0.95, level: 0.95, method: 'Wilson' },
      patches: 10,
    },
  ];
  const chart = await reliabilityChart(bins, 0.1);
  expectPoints(circlesOf(chart), [
    [x(0.1), y(0.2)],
    [x(0.9), y(0.8)],
  ]);
  const intervals = [...svgOf(chart).querySelectorAll('g[stroke="var(--accent)"] line')];
  const ends = intervals.map((line) => ['y1', 'y2'].map((end) => Number(line.getAttribute(end))));
  ends.flat().forEach((value, i) => {
    expect(value).toBeCloseTo([y(0.05), y(0.4), y(0.7), y(0.95)][i] as number, 1);
  });
});

it('histogramChart draws tumour upwards and normal downwards, in heights by count', async () => {
  const chart = await histogramChart({
    edges: [0, 0.5, 1],
    positives: [10, 40],
    negatives: [20, 5],
  });
  const heights = (colour: string) =>
    [...svgOf(chart).querySelectorAll(`g[fill="var(--${colour})"] rect`)].map(
      (bar) => Number(bar.getAttribute('height')) + 1, // and half a pixel of air on each side
    );
  const patch = (bottom - top) / (2 * 1.12 * 40);
  expect(heights('tumour').map((height) => height / patch)).toEqual([
    expect.closeTo(10, 0),
    expect.closeTo(40, 0),
  ]);
  expect(heights('normal').map((height) => height / patch)).toEqual([
    expect.closeTo(20, 0),
    expect.closeTo(5, 0),
  ]);
  expect(textsOf(chart)).toEqual(expect.arrayContaining(['tumour', 'normal', '20', '40']));
  expect(textsOf(chart).filter((text) => /^[-−]/.test(text))).toEqual([]);
});

describe('lossChart', () => {
  const line = (epoch: number, train: number, valid: number) => ({
    epoch,
    step: 10 * epoch,
    train_loss: train,
    valid_loss: valid,
    accuracy: 0.8,
    roc_auc: null,
    learning_rate: 0.01,
    seconds: 1,
  });

  it('draws a line a loss from the first to the last epoch, with whole epochs below', async () => {
    const chart = await lossChart([line(1, 1, 0.8), line(2, 0.5, 0.4), line(3, 0, 0.2)], 2);
    const [training] = pathsOf(chart, 'var(--soft)').filter((points) => points.length === 3);
    expect(training?.map(([at]) => at)).toEqual([46, 195, 344].map((at) => expect.closeTo(at, 0)));
    expect(textsOf(chart)).toEqual(expect.arrayContaining(['1', '2', '3', 'best', 'training']));
  });

  it('draws a single epoch, and a hundred with few ticks', async () => {
    expect(circlesOf(await lossChart([line(1, 1, 0.8)], 1))).toHaveLength(2);
    const many = Array.from({ length: 100 }, (_, i) => line(i + 1, 1, 1));
    const ticks = textsOf(await lossChart(many, null)).filter((text) => /^\d+$/.test(text));
    expect(ticks.length).toBeLessThanOrEqual(9);
  });
});

it('learningRateChart stays small for 50,000 steps', async () => {
  const chart = await learningRateChart(schedule(50_000));
  expect(chart.length).toBeLessThan(20_000);
  const highest = Math.min(...(pathsOf(chart, 'var(--accent)')[0] ?? []).map(([, at]) => at));
  expect(highest).toBeCloseTo(34, 0); // 0.01 is the uppermost tick
});

it('letters go beside their points, apart where those are close', () => {
  const close = ['A', 'B', 'C'].map((letter) => ({ letter, x: 0.1, y: 0.9 }));
  const heights = placeLabels(close, 1).map(({ labelY }) => labelY);
  const gaps = heights.slice(1).map((height, i) => (heights[i] as number) - height);
  expect(Math.min(...gaps)).toBeGreaterThan(0.05);
  expect([0, 1, 25].map(letterOf)).toEqual(['A', 'B', 'Z']);
});

it('plots have no ids that could collide and no style of their own', async () => {
  const chart = await rocChart(curves.roc as RocCurve, evaluation.operating_points, 0.9);
  expect(chart).not.toMatch(/\sid="|<style|url\(/);
});
