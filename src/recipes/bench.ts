import { availableParallelism } from 'node:os';
import { readBatches } from '../data/batches.js';
import { memoryReader } from '../data/keep-in-memory.js';
import { readLabels } from '../data/labels.js';
import { type EngineChoice, engineText, startEngine } from '../engine/choose.js';
import { readCpu } from '../engine/machine/cpu.js';
import { choosePrecision, type Precision, type PrecisionChoice } from '../engine/precision.js';
import { type ArchitectureName, architectureOf } from '../model/architecture.js';
import { createModel, type Model } from '../model/model.js';
import { imageNet, type Preprocessing } from '../model/preprocess.js';
import { createScorer } from '../model/scorer.js';
import type { BenchReport } from '../report/bench-text.js';
import type { Terminal } from '../terminal.js';
import { createTrainer, type TrainingBatch } from '../train/step.js';
import { noiseBatch } from './noise-batch.js';

export interface BenchOptions {
  readonly arch: ArchitectureName;
  readonly batchSize: number;
  readonly cropPx: number;
  /** Measured rounds of five batches each; one round before them warms up. */
  readonly rounds: number;
  readonly precision: PrecisionChoice;
  readonly engine: EngineChoice;
  /** Labelled patches to measure the loader on, or null. */
  readonly data: { readonly labels: string; readonly images: string } | null;
}

const batchesPerRound = 5;
const pcamSizePx = 96;
const augmentation = { horizontalFlip: true, verticalFlip: true, rotationDegrees: 20 };

/**
 * Measures how fast this machine trains and scores with synthetic patches, and reads real ones.
 *
 * @throws {UserError} If the engine or the data cannot be used.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function bench(
  options: BenchOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<BenchReport> {
  const { arch, batchSize, cropPx, rounds } = options;
  const loader = options.data && (await loaderSpeed(options.data, options, interruption));
  const engine = await startEngine(options.engine, terminal);
  const { precision } = await choosePrecision(options.precision, engine);
  const architecture = architectureOf(arch, { stride: 'v1.5', hiddenUnits: 512, dropout: 0.5 });
  const model = createModel(architecture, { seed: 0, backbone: null });
  try {
    const sizePx = Math.max(pcamSizePx, cropPx);
    const batch = noiseBatch(batchSize, { widthPx: sizePx, heightPx: sizePx }, cropPx);
    const measured = {
      rounds,
      precision,
      preprocessing: { cropPx, channels: 'rgb', ...imageNet },
    } as const;
    const training = await trainingSpeed(model, batch, measured, interruption);
    const scoring = await scoringSpeed(model, batch, measured, interruption);
    const cpu = await readCpu();
    return {
      arch,
      batch_size: batchSize,
      crop: cropPx,
      precision,
      rounds,
      train_patches_per_second: training.patchesPerSecond,
      inference_patches_per_second: scoring,
      loader_patches_per_second: loader,
      recording_seconds: training.recordingSeconds,
      peak_memory_bytes: process.resourceUsage().maxRSS * 1024,
      threads: availableParallelism(),
      processor: cpu.model,
      features: { ...cpu.features },
      engine: engineText(engine),
    };
  } finally {
    model.dispose();
  }
}

interface Measured {
  readonly rounds: number;
  readonly precision: Precision;
  readonly preprocessing: Preprocessing;
}

async function trainingSpeed(
  model: Model,
  batch: TrainingBatch,
  { rounds, precision, preprocessing }: Measured,
  interruption: AbortSignal,
) {
  const trainer = createTrainer(model, { seed: 0, preprocessing, precision });
  let step = 0;
  try {
    const work = () => trainer.step(batch, step++, 1e-3, 0.9);
    const first = await secondsOf(work);
    const seconds = await medianSeconds(work, rounds, interruption);
    await trainer.settle(); // the model scores next
    return {
      patchesPerSecond: speedOf(batch.size, seconds),
      recordingSeconds: Math.max(0, first - seconds),
    };
  } finally {
    trainer.dispose();
  }
}

async function scoringSpeed(
  model: Model,
  batch: TrainingBatch,
  { rounds, precision, preprocessing }: Measured,
  interruption: AbortSignal,
): Promise<number> {
  const scorer = createScorer(model, preprocessing, { precision });
  try {
    const work = () => Promise.all([scorer.score(batch), scorer.score(batch)]); // as histo eval does
    await work(); // records
    return speedOf(2 * batch.size, await medianSeconds(work, rounds, interruption));
  } finally {
    scorer.dispose();
  }
}

/** The second epoch of shuffled batches, whose patches the first one has kept. */
async function loaderSpeed(
  { labels, images }: NonNullable<BenchOptions['data']>,
  { batchSize, cropPx }: BenchOptions,
  signal: AbortSignal,
): Promise<number> {
  const patches = await readLabels({ labels, images, groupColumn: null, limit: null });
  const fixed = { batchSize, cropPx, seed: 0, shuffle: true, signal } as const;
  const read = memoryReader(Number.POSITIVE_INFINITY);
  let seconds = 0;
  for (const epoch of [0, 1]) {
    seconds = await secondsOf(async () => {
      for await (const _ of readBatches(patches, { ...fixed, epoch, augmentation, read }));
    });
  }
  return speedOf(patches.length, seconds);
}

/** The median over rounds of what one piece of work takes; a first round is not counted. */
async function medianSeconds(
  work: () => Promise<unknown>,
  rounds: number,
  interruption: AbortSignal,
): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const taken = await secondsOf(async () => {
      for (let batch = 0; batch < batchesPerRound; batch++) {
        interruption.throwIfAborted();
        await work();
      }
    });
    if (round > 0) seconds.push(taken / batchesPerRound);
  }
  seconds.sort((a, b) => a - b);
  const [low, high] = [Math.floor((rounds - 1) / 2), Math.ceil((rounds - 1) / 2)];
  return ((seconds[low] as number) + (seconds[high] as number)) / 2;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}

/** Patches a second, to one place. */
function speedOf(patches: number, seconds: number): number {
  return Math.round((10 * patches) / seconds) / 10;
}
