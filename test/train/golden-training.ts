import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { cropSteps } from '../../src/data/augment.js';
import { imageNet } from '../../src/model/preprocess.js';
import type { NamedArray } from '../../src/model/state-dict.js';
import { type OneCycleOptions, oneCycle } from '../../src/train/one-cycle.js';
import type { Trainer, TrainingBatch } from '../../src/train/step.js';
import { goldenPixels, headName } from '../model/golden-nets.js';
import { readGolden } from '../shared-data.js';

/** A run of golden/train.json. */
export interface GoldenRun {
  ids: string[];
  labels: number[];
  size_px: number;
  batch_size: number;
  epochs: number;
  max_lr: number;
  step_losses: number[];
  eval_logits_after: [number, number][];
  eval_loss_after: number;
  state_after: Record<string, { mean: number; l2: number }>;
}

/** How the golden runs train: on the whole of the crops of {@link goldenBatches}. */
export const goldenOptions = {
  seed: 0,
  preprocessing: { cropPx: 49, channels: 'rgb', ...imageNet },
} as const;

export function goldenRun(net: 'tiny_v1_5' | 'resnet50_v1'): GoldenRun {
  const { runs } = readGolden<{ runs: Record<string, GoldenRun> }>('train.json');
  return runs[net] as GoldenRun;
}

/** What torch-reference.py has written; figures are [mean, l2 norm]. */
export interface TorchNet {
  losses: number[];
  first_gradients: Record<string, [number, number]>;
  velocities_after: Record<string, [number, number]>;
  state_after: Record<string, [number, number]>;
}

export function torchReference(): { max_lr: number; nets: Record<string, TorchNet> } {
  return JSON.parse(readFileSync(new URL('torch-reference.json', import.meta.url), 'utf8'));
}

/** The batches of a run, epoch after epoch, in the order of its ids; the last of each is partial. */
export async function goldenBatches(run: GoldenRun): Promise<TrainingBatch[]> {
  const all = await goldenPixels(run.ids, run.size_px);
  const patch = { widthPx: run.size_px, heightPx: run.size_px };
  const steps = Int32Array.from(cropSteps(null, patch, run.size_px));
  const values = run.size_px ** 2 * 3;
  const batches: TrainingBatch[] = [];
  for (let epoch = 0; epoch < run.epochs; epoch++) {
    for (let start = 0; start < run.ids.length; start += run.batch_size) {
      const labels = run.labels.slice(start, start + run.batch_size);
      const pixels = all.subarray(start * values, (start + labels.length) * values);
      batches.push({ pixels, steps, labels, size: labels.length, ...patch });
    }
  }
  return batches;
}

/** Trains over the batches by torch's default one-cycle policy; gives each step's loss. */
export async function lossesOf(
  trainer: Trainer,
  batches: readonly TrainingBatch[],
  maxLr: number,
): Promise<number[]> {
  const schedule: OneCycleOptions = {
    totalSteps: batches.length,
    maxLr,
    divFactor: 25,
    finalDivFactor: 1e4,
    warmup: 0.3,
    baseMomentum: 0.85,
    maxMomentum: 0.95,
  };
  const losses: number[] = [];
  for (const [step, batch] of batches.entries()) {
    const { learningRate, momentum } = oneCycle(step, schedule);
    losses.push((await trainer.step(batch, step, learningRate, momentum)).loss);
  }
  return losses;
}

/** The largest difference of two lists of one length. */
export function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.map((value, at) => Math.abs(value - (expected[at] as number))));
}

/**
 * How far arrays are from their figures: of all names, the largest deviation of the l2 norm and of
 * the mean, both relative to the norm (the mean's as that of values of the norm's root mean square).
 */
export function largestDeviation(
  arrays: ReadonlyMap<string, NamedArray>,
  figures: Readonly<Record<string, readonly [mean: number, l2: number]>>,
): { name: string; deviation: number } {
  let largest = { name: '', deviation: 0 };
  for (const [name, [mean, l2]] of Object.entries(figures)) {
    const data = arrays.get(name)?.data;
    if (data === undefined) throw new Error(`No array "${name}"`);
    const ownMean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const ownL2 = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
    const meanScale = l2 / Math.sqrt(data.length);
    const deviation = Math.max(Math.abs(ownL2 - l2) / l2, Math.abs(ownMean - mean) / meanScale);
    if (deviation > largest.deviation) largest = { name, deviation };
  }
  return largest;
}

/** The state figures of a golden run under histo's names, the running statistics alone or the rest. */
export function stateFigures(run: GoldenRun, of: 'statistics' | 'weights') {
  const entries = Object.entries(run.state_after)
    .map(([name, { mean, l2 }]): [string, [number, number]] => [
      name.startsWith('1.') ? headName(name.slice(2)) : name.slice(2),
      [mean, l2],
    ])
    .filter(([name]) => name.includes('.running_') === (of === 'statistics'));
  return Object.fromEntries(entries);
}
