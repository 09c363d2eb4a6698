import { join } from 'node:path';
import { readPatch } from '../../src/data/read-patch.js';
import type { ConfusionFigures } from '../../src/evaluate/confusion.js';
import type { Curves } from '../../src/evaluate/curves.js';
import type { Evaluation } from '../../src/evaluate/evaluate-predictions.js';
import type { Interval, IntervalMethod } from '../../src/evaluate/interval.js';
import type { OperatingPoint } from '../../src/evaluate/operating-point.js';
import type { PatchSample } from '../../src/report/patch-picture.js';
import type { ReportContents, ScheduleStep } from '../../src/report/report-contents.js';
import { fixturePatches } from '../fixture-patches.js';

/** An id that would run as a script, close an attribute or start an entity if it were not escaped. */
export const hostileId = `<script>alert(1)</script>"'&amp;`;

function interval(low: number, high: number, method: IntervalMethod = 'bootstrap'): Interval {
  return { low, high, level: 0.95, method };
}

/** Made by hand: 1000 patches, 400 tumour; at 0.5: 340 found, 540 left alone. */
export const evaluation: Evaluation = {
  examples: 1000,
  positives: 400,
  negatives: 600,
  groups: null,
  loss: 0.3125,
  log_loss: 0.2987,
  roc_auc: 0.9402,
  roc_auc_logit_1: 0.9397,
  average_precision: 0.9021,
  accuracy: 0.88,
  balanced_accuracy: 0.875,
  sensitivity: 0.85,
  specificity: 0.9,
  precision: 0.85,
  f1: 0.85,
  mcc: 0.75,
  brier: 0.0967,
  ece: 0.0312,
  calibration_slope: 0.8731,
  calibration_intercept: -0.1142,
  confusion: { tn: 540, fp: 60, fn: 60, tp: 340 },
  intervals: {
    loss: interval(0.2904, 0.3351),
    log_loss: interval(0.2788, 0.3194),
    roc_auc: interval(0.9246, 0.9557, 'DeLong'),
    average_precision: interval(0.8876, 0.9152),
    accuracy: interval(0.8584, 0.8987, 'Wilson'),
    balanced_accuracy: interval(0.8538, 0.8949),
    sensitivity: interval(0.8117, 0.8816, 'Wilson'),
    specificity: interval(0.8734, 0.9215, 'Wilson'),
    precision: interval(0.8117, 0.8816, 'Wilson'),
    f1: interval(0.8231, 0.8744),
    mcc: interval(0.7075, 0.7912),
    brier: interval(0.0893, 0.1044),
    ece: interval(0.0224, 0.0447),
    calibration_slope: interval(0.7902, 0.9611),
    calibration_intercept: interval(-0.2521, 0.0235),
  },
  operating_points: [
    operatingPoint('0.5', 0.5, 'fixed', { tn: 540, fp: 60, fn: 60, tp: 340 }),
    operatingPoint('youden', 0.4127, 'these patches', { tn: 522, fp: 78, fn: 44, tp: 356 }),
    operatingPoint('sensitivity 0.95', 0.1834, 'validation', { tn: 432, fp: 168, fn: 20, tp: 380 }),
  ],
  calibration: {
    temperature: 1.1374,
    before: {
      log_loss: 0.3125,
      brier: 0.0991,
      ece: 0.0523,
      calibration_slope: 0.7676,
      calibration_intercept: -0.1203,
    },
    after: {
      log_loss: 0.2987,
      brier: 0.0967,
      ece: 0.0312,
      calibration_slope: 0.8731,
      calibration_intercept: -0.1142,
    },
  },
};

function operatingPoint(
  name: string,
  threshold: number,
  chosenOn: OperatingPoint['chosen_on'],
  confusion: Evaluation['confusion'],
): OperatingPoint {
  const { tn, fp, fn, tp } = confusion;
  const [sensitivity, specificity, precision] = [tp / (tp + fn), tn / (tn + fp), tp / (tp + fp)];
  const figures: ConfusionFigures = {
    accuracy: (tp + tn) / (tp + tn + fp + fn),
    balanced_accuracy: (sensitivity + specificity) / 2,
    sensitivity,
    specificity,
    precision,
    f1: (2 * tp) / (2 * tp + fp + fn),
    mcc: (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
  };
  const around = (value: number | null) =>
    value === null ? null : interval(value - 0.02, value + 0.02, 'Wilson');
  const intervals = Object.fromEntries(
    Object.entries(figures).map(([figure, value]) => [figure, around(value)]),
  ) as OperatingPoint['intervals'];
  return { name, threshold, chosen_on: chosenOn, confusion, intervals, ...figures };
}

const twentieths = Array.from({ length: 21 }, (_, i) => i / 20);

const falsePositiveRates = [0, 0.01, 0.03, 0.06, 0.1, 0.13, 0.28, 0.5, 1];
const truePositiveRates = [0, 0.45, 0.65, 0.77, 0.85, 0.89, 0.95, 0.985, 1];

/** Through the operating points; the area under the ROC curve is 0.9402. */
export const curves: Curves = {
  roc: {
    false_positive_rate: falsePositiveRates,
    true_positive_rate: truePositiveRates,
    band: {
      rates: falsePositiveRates,
      low: truePositiveRates.map((rate) => Math.max(0, rate - 0.12 * (1 - rate))),
      high: truePositiveRates.map((rate) => Math.min(1, rate + 0.1 * (1 - rate))),
      method: 'bootstrap',
    },
  },
  precision_recall: {
    recall: truePositiveRates,
    precision: truePositiveRates.map((rate, i) =>
      rate === 0 ? 1 : (400 * rate) / (400 * rate + 600 * (falsePositiveRates[i] as number)),
    ),
  },
  reliability: Array.from({ length: 10 }, (_, i) => {
    const probability = (i + 0.5) / 10;
    const share = probability + 0.25 * probability * (1 - probability) * (0.4 - probability);
    return { probability, share, patches: 100, interval: interval(share - 0.06, share + 0.06) };
  }),
  histogram: {
    edges: twentieths,
    positives: [3, 5, 6, 5, 6, 7, 8, 9, 9, 10, 11, 12, 14, 16, 19, 23, 30, 42, 65, 100],
    negatives: [190, 110, 70, 45, 33, 25, 20, 17, 15, 13, 11, 9, 8, 7, 6, 6, 5, 4, 3, 3],
  },
};

/** A one-cycle of so many steps: up over the first third, down over the rest. */
export function schedule(steps: number): ScheduleStep[] {
  return Array.from({ length: steps }, (_, i) => {
    const done = (i + 1) / steps;
    const height = done < 0.3 ? done / 0.3 : (1 - done) / 0.7;
    const rise = (1 - Math.cos(Math.PI * height)) / 2;
    return {
      step: i + 1,
      learning_rate: 0.0004 + 0.0096 * rise,
      momentum: 0.95 - 0.1 * rise,
      loss: 0.35 + 0.35 * Math.exp(-3 * done) + 0.08 * Math.sin(37 * i),
    };
  });
}

/** All parts of a report, with the fixture's patches; the first wrong one has the hostile id. */
export async function reportContents(): Promise<ReportContents> {
  const probabilities = [0.982, 0.961, 0.031, 0.067, 0.499, 0.508, 0.003, 0.994];
  const ids = await fixtureIds();
  const samples = await Promise.all(
    probabilities.map((probability, i) => sample(ids[i] as string, probability, i)),
  );
  const named = (index: number, label: 0 | 1, id?: string): PatchSample => ({
    ...(samples[index] as PatchSample),
    label,
    ...(id === undefined ? {} : { id }),
  });
  return {
    title: 'runs/first on held_back.csv',
    warnings: [],
    notes: [],
    split: {
      text: '18,825 patches to train and 1,000 of "held_back.csv" to validate; no slide is known, so figures may be optimistic if one is in both files',
      isSlideDisjoint: null,
      hasChosenEpoch: true,
    },
    evaluation,
    curves,
    training: {
      log: [0.5191, 0.4507, 0.4087, 0.3691, 0.3361].map((trainLoss, i) => ({
        epoch: i + 1,
        step: 295 * (i + 1),
        train_loss: trainLoss,
        valid_loss: [0.4656, 0.417, 0.4623, 0.4054, 0.3818][i] as number,
        accuracy: [0.799, 0.8145, 0.8166, 0.83, 0.8307][i] as number,
        roc_auc: [0.8867, 0.9019, 0.8915, 0.909, 0.9155][i] as number,
        learning_rate: 0.01,
        seconds: 400,
      })),
      bestEpoch: 5,
      schedule: schedule(1475),
    },
    folds: [
      { name: 'roc_auc', values: [0.91, 0.92, 0.9, 0.93, 0.915], mean: 0.915, deviation: 0.0112 },
      { name: 'accuracy', values: [0.88, 0.87, 0.86, 0.89, 0.88], mean: 0.876, deviation: 0.0114 },
      { name: 'loss', values: [0.31, 0.32, 0.33, 0.3, 0.31], mean: 0.314, deviation: 0.0114 },
    ],
    skipped: [],
    patches: {
      wrong: [named(0, 0, hostileId), named(1, 0), named(2, 1), named(3, 1)],
      leastSure: [named(4, 0), named(5, 1)],
      right: [named(6, 0), named(7, 1)],
    },
    provenance: [
      { name: 'histo', value: '0.2.0' },
      { name: 'engine', value: 'native (TensorFlow 2.21.0, CPU), float32' },
      { name: 'Node', value: 'v20.20.2, linux x64' },
      { name: 'checkpoint', value: 'runs/first/best.safetensors' },
      { name: 'data digest', value: `sha256 ${'0f'.repeat(32)}` },
      { name: 'seed', value: '0' },
      { name: 'command', value: `histo eval runs/first --labels held_back.csv --images "<b>&'"` },
      { name: 'date', value: '2026-11-24 12:00 UTC' },
    ],
    modelCard: {
      model: [
        {
          name: 'architecture',
          value: 'ResNet-50, stride in conv1; head of 512 units, dropout 0.5',
        },
        { name: 'input', value: 'the centre 49 x 49 px of a patch, RGB' },
        { name: 'started from', value: 'ImageNet weights, sha256 7dad75d8…' },
      ],
      trainingData: [{ name: 'patches', value: '18,825 (9,004 tumour, 9,821 normal)' }],
      trainingRecipe: [
        { name: 'schedule', value: '5 epochs of batches of 64, one cycle up to 0.01' },
        { name: 'augmentation', value: 'flips, rotation by up to 20°' },
      ],
      evaluationData: [{ name: 'patches', value: '1,000 of held_back.csv (400 tumour)' }],
    },
  };
}

async function fixtureIds(): Promise<string[]> {
  const { readdir } = await import('node:fs/promises');
  const files = await readdir(fixturePatches.images);
  return files.map((file) => file.replace(/\.tif$/, '')).sort();
}

const side = 7; // cells of the heat map

async function sample(id: string, probability: number, index: number): Promise<PatchSample> {
  const patch = await readPatch(join(fixturePatches.images, `${id}.tif`));
  const [hotX, hotY] = [index % side, (3 * index) % side];
  const heat = Float32Array.from({ length: side * side }, (_, cell) => {
    const [x, y] = [cell % side, Math.floor(cell / side)];
    return Math.exp(-((x - hotX) ** 2 + (y - hotY) ** 2) / 6);
  });
  const crop = { x: 23, y: 23, sizePx: 49 };
  return { id, label: 0, probability, ...patch, crop, heat };
}
