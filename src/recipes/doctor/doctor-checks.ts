import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cropSteps } from '../../data/augment.js';
import type { Engine } from '../../engine/choose.js';
import { messageOf } from '../../errors.js';
import { architectureOf } from '../../model/architecture.js';
import { createModel } from '../../model/model.js';
import { imageNet } from '../../model/preprocess.js';
import { createTrainer } from '../../train/step.js';

/** How fast ResNet-50 trains here. */
export interface Speed {
  /** Steps alone, without decoding; a larger batch is somewhat faster. */
  readonly patchesPerSecond: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly cropPx: number;
}

const checkMs = 2000;
const size = { widthPx: 96, heightPx: 96 }; // as PCam's
const cropPx = 49;

/**
 * Trains ResNet-50 on grey patches for two seconds, after one step that warms up.
 *
 * @throws {UserError} If a loss is not finite.
 */
export async function measureSpeed(engine: Engine, interruption: AbortSignal): Promise<Speed> {
  const batchSize = engine.name === 'native' ? 16 : 2;
  const options = { stride: 'v1', hiddenUnits: 512, dropout: 0.5 } as const;
  const model = createModel(architectureOf('resnet50', options), { seed: 0, backbone: null });
  const preprocessing = { cropPx, channels: 'rgb', ...imageNet } as const;
  const trainer = createTrainer(model, { seed: 0, preprocessing });
  const batch = {
    pixels: new Uint8Array(batchSize * size.widthPx * size.heightPx * 3).fill(128),
    steps: Int32Array.from(cropSteps(null, size, cropPx)),
    labels: Int32Array.from({ length: batchSize }, (_, i) => i % 2),
    size: batchSize,
    ...size,
  };
  try {
    await trainer.step(batch, 0, 1e-4, 0.9);
    const startMs = performance.now();
    let steps = 0;
    do {
      interruption.throwIfAborted();
      steps++;
      await trainer.step(batch, steps, 1e-4, 0.9);
    } while (performance.now() - startMs < checkMs);
    const seconds = (performance.now() - startMs) / 1000;
    const patchesPerSecond = Math.round((10 * steps * batchSize) / seconds) / 10;
    return { patchesPerSecond, steps, batchSize, cropPx };
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

/**
 * Writes a patch and reads it, to see that the image library works.
 *
 * @throws {Error} If it does not.
 */
export async function checkDecoder(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'histo-doctor-'));
  try {
    // Here and not above: where sharp has no binary for this machine, importing it throws.
    const { writeSyntheticPatches } = await import('../../data/synthetic.js');
    const { listPatches } = await import('../../data/patch-files.js');
    const { readPatch } = await import('../../data/read-patch.js');
    const { trainImages } = await writeSyntheticPatches(folder, { train: 1, test: 0, seed: 0 });
    for (const { path } of await listPatches(trainImages)) await readPatch(path);
  } catch (error) {
    throw new Error(`Cannot read patches: ${messageOf(error)}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
