import { type Batch, type BatchSource, readBatches } from '../data/batches.js';
import type { LabelledPatch } from '../data/labels.js';
import { prefetch } from '../data/prefetch.js';
import type { PatchReader } from '../data/read-patch.js';
import type { Prediction } from '../evaluate/prediction.js';
import type { Scorer } from '../model/scorer.js';
import { tooLargeBatch } from './too-large-batch.js';

const batchesAtOnce = 2; // together they fill cores that one leaves idle between its ops

/** What the model says of one patch. */
export interface Score {
  readonly id: string;
  /** Probability of class 1 (tumour), in [0, 1]. */
  readonly probability: number;
  readonly logits: readonly [number, number];
}

/** How patches are brought to the model: as in training, but without chance. */
export interface ScoringOptions {
  readonly batchSize: number;
  /** Side of the square that the scorer cuts out. */
  readonly cropPx: number;
  /** A patch whose size all must have; the first of the patches if absent. */
  readonly sizeLike?: string;
  /** Default: every file is read anew. */
  readonly read?: PatchReader;
  readonly signal: AbortSignal;
  readonly onNotice: (notice: string) => void;
  /** Told after each batch how many patches are done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Scores patches in their order, with the running statistics of BatchNorm and without dropout and
 * augmentation.
 *
 * @returns A score a patch, in the order given.
 * @throws {UserError} If a patch cannot be read, or a batch does not fit into memory.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function scorePatches(
  scorer: Scorer,
  patches: readonly BatchSource[],
  options: ScoringOptions,
): Promise<Score[]> {
  const scores: Score[] = [];
  const batches = readBatches(patches, {
    ...options,
    seed: 0,
    epoch: 0,
    shuffle: false,
    augmentation: null,
  });
  const score = (batch: Batch) => scoresOf(scorer, batch);
  try {
    for await (const some of prefetch(batches, score, batchesAtOnce, options.signal)) {
      scores.push(...some);
      options.onProgress?.(scores.length);
    }
  } catch (error) {
    throw tooLargeBatch(error, 'score', options);
  }
  return scores;
}

async function scoresOf(scorer: Scorer, batch: Batch): Promise<Score[]> {
  const values = await scorer.score(batch);
  return batch.ids.map((id, row) => {
    return scoreOf(id, [values[2 * row] as number, values[2 * row + 1] as number]);
  });
}

/** The score that logits are: its probability is their softmax. */
export function scoreOf(id: string, logits: readonly [normal: number, tumour: number]): Score {
  const [normal, tumour] = logits;
  return { id, probability: 1 / (1 + Math.exp(normal - tumour)), logits };
}

/** Scores with the labels of their patches, which are in the same order. */
export function labelled(
  scores: readonly Score[],
  patches: readonly LabelledPatch[],
): Prediction[] {
  return scores.map((score, row) => {
    const { label, group } = patches[row] as LabelledPatch;
    return { ...score, label, group };
  });
}
