import { startEngine } from '../../engine/choose.js';
import { type ArchitectureName, architectureOf } from '../../model/architecture.js';
import { createModel } from '../../model/model.js';
import type { Preprocessing } from '../../model/preprocess.js';
import { createScorer } from '../../model/scorer.js';
import { silentTerminal } from '../../terminal.js';
import { createTrainer, type Precision } from '../../train/step.js';
import { noiseBatch } from '../noise-batch.js';

/** What a step is measured with: as a run has it, and all of it as JSON. */
export interface StepSetting {
  readonly engine: 'native' | 'wasm';
  readonly precision: Precision;
  readonly arch: ArchitectureName;
  readonly stride: 'v1' | 'v1.5' | null;
  readonly hiddenUnits: number;
  readonly dropout: number;
  readonly preprocessing: Preprocessing;
  readonly batchSize: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What steps of a batch size took. */
export interface MeasuredStep {
  /** The most memory that the process had. */
  readonly peakBytes: number;
  readonly patchesPerSecond: number;
}

const batchesHeld = 5; // the one in use, and those that the loader has made ahead

/**
 * Does in this process what a run does with its memory: steps, with batches ready for the next ones,
 * then two batches scored at a time, as in validation. For a process of its own, whose peak is that.
 *
 * @throws {OutOfMemoryError} If it does not fit; on the processor, TensorFlow may end the process instead.
 */
export async function measureStep(setting: StepSetting): Promise<MeasuredStep> {
  const { engine, precision, preprocessing, arch, batchSize } = setting;
  await startEngine(engine, silentTerminal);
  const model = createModel(architectureOf(arch, setting), { seed: 0, backbone: null });
  const batch = noiseBatch(batchSize, setting, preprocessing.cropPx);
  const ahead = Array.from({ length: batchesHeld - 1 }, () => batch.pixels.slice());
  const trainer = createTrainer(model, { seed: 0, preprocessing, precision });
  await trainer.step(batch, 0, 1e-3, 0.9); // records
  const startMs = performance.now();
  for (const [step, pixels] of ahead.slice(0, 2).entries()) {
    await trainer.step({ ...batch, pixels }, step + 1, 1e-3, 0.9);
  }
  const seconds = (performance.now() - startMs) / 1000;
  await trainer.settle();
  const scorer = createScorer(model, preprocessing);
  await Promise.all([scorer.score(batch), scorer.score(batch)]);
  return {
    peakBytes: process.resourceUsage().maxRSS * 1024,
    patchesPerSecond: Math.round((20 * batchSize) / seconds) / 10,
  };
}
