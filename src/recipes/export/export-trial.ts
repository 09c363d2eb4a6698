import { type Batch, readBatches } from '../../data/batches.js';
import { builtInPatches } from '../../data/built-in-patches.js';
import { listPatches } from '../../data/labels.js';
import { mirroredBatch } from '../../data/mirrored-batch.js';
import { messageOf, UserError } from '../../errors.js';
import type { Scorer } from '../../model/scorer.js';
import type { ExportedModel, ExportScores } from './export-format.js';

/** What a trial is made on. */
export interface TrialOptions {
  /** A folder of patches, of which the first are taken; null: those that come with histo. */
  readonly images: string | null;
  readonly cropPx: number;
  /** What the checkpoint's logits are divided by; null: nothing. */
  readonly temperature: number | null;
  readonly signal: AbortSignal;
  readonly onNotice: (notice: string) => void;
}

/** How far an exported network is from its checkpoint. */
export interface Trial {
  readonly patches: number;
  /** The largest difference of two logits, as a part of the largest logit; NaN: not finite. */
  readonly logitGap: number;
  /** The largest difference of two probabilities. */
  readonly probabilityGap: number;
}

const mostPatches = 64;
const batchSize = 8;
const builtInPx = 96;

/**
 * Runs a checkpoint and what it was exported to on the same real patches.
 *
 * @param scorer The checkpoint's.
 * @throws {UserError} If a patch cannot be used, or the export does not run.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function tryExport(
  scorer: Scorer,
  exported: ExportedModel,
  options: TrialOptions,
): Promise<Trial> {
  let [patches, largest, logits, probability] = [0, 0, 0, 0];
  for await (const batch of trialBatches(options)) {
    const wanted = await scorer.score(batch);
    const got = await exported.score(batch).catch(refuseFailing);
    patches += batch.size;
    largest = Math.max(largest, ...wanted.map(Math.abs));
    logits = Math.max(logits, gapOf(wanted, got.logits));
    probability = Math.max(probability, probabilityGap(wanted, got, options.temperature));
  }
  const logitGap = logits === 0 ? 0 : logits / largest;
  return { patches, logitGap, probabilityGap: probability };
}

function refuseFailing(error: unknown): never {
  throw new UserError(
    `Cannot run the export: expected scores, got ${messageOf(error)}; export it again, or as another --format`,
    { cause: error },
  );
}

/** Patches of the folder, or those of histo, made larger where the crop is. */
async function* trialBatches(options: TrialOptions): AsyncGenerator<Batch> {
  const { images, cropPx, signal, onNotice } = options;
  const isOwn = images === null;
  const patches = (await listPatches(images ?? builtInPatches)).slice(0, mostPatches);
  const reading = { seed: 0, epoch: 0, shuffle: false, augmentation: null, signal, onNotice };
  const readPx = isOwn ? Math.min(cropPx, builtInPx) : cropPx;
  for await (const batch of readBatches(patches, { ...reading, batchSize, cropPx: readPx })) {
    yield readPx < cropPx ? mirroredBatch(batch, cropPx) : batch;
  }
}

/** Of the probabilities of tumour; 0 where none are given. */
function probabilityGap(
  wanted: Float32Array,
  { probability }: ExportScores,
  temperature: number | null,
): number {
  if (probability === null) return 0;
  const probabilities = wanted.map((logit, at) => {
    const other = wanted[at ^ 1] as number; // of the same patch
    return 1 / (1 + Math.exp((other - logit) / (temperature ?? 1)));
  });
  return gapOf(probabilities, probability);
}

/** The largest difference; NaN where values are missing or none at all. */
function gapOf(wanted: Float32Array, got: Float32Array): number {
  if (wanted.length !== got.length) return Number.NaN;
  return Math.max(0, ...wanted.map((value, at) => Math.abs(value - (got[at] as number))));
}
