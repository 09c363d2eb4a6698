import { type Batch, type BatchSource, type Reading, readBatches } from '../../data/batches.js';
import type { LabelledPatch } from '../../data/labels.js';
import { prefetch } from '../../data/prefetch.js';
import type { Prediction } from '../../evaluate/prediction.js';
import type { Scorer } from '../../model/scorer.js';
import { tooLargeBatch } from '../train/too-large-batch.js';

const batchesAtOnce = 2; // together they fill cores that one leaves idle between its ops

/** What the model says of one patch. */
export interface Score {
  readonly id: string;
  /** Probability of class 1 (tumour), in [0, 1]. */
  readonly probability: number;
  readonly logits: readonly [number, number];
}

/** How patches are brought to the model: as in training, but without chance. */
export interface ScoringOptions extends Reading {
  readonly batchSize: number;
  /** Side of the square that the scorer cuts out. */
  readonly cropPx: number;
  readonly signal: AbortSignal;
  readonly onNotice: (notice: string) => void;
  /** Told after each batch how many patches are done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Scores patches in their order, with the running statistics of BatchNorm and without dropout and
 * augmentation.
 *
 * @returns A score a patch that can be used, in the order given.
 * @throws {UserError} If a patch cannot be used and is not to be left out, or a batch does not fit into
 *   memory.
 * @throws {InterruptedError} If the signal is aborted.
 */
export async function scorePatches(
  scorer: Pick<Scorer, 'score'>,
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

async function scoresOf(scorer: Pick<Scorer, 'score'>, batch: Batch): Promise<Score[]> {
  if (batch.size === 0) return []; // all were left out
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

/** Scores with the labels of their patches, of which some may have been left out. */
export function labelled(
  scores: readonly Score[],
  patches: readonly LabelledPatch[],
): Prediction[] {
  const byId = new Map(patches.map((patch) => [patch.id, patch]));
  return scores.map((score) => {
    const { label, group } = byId.get(score.id) as LabelledPatch;
    return { ...score, label, group };
  });
}

/** Those of the rows whose ids are among the others', which are of the same rows or fewer. */
export function rowsWithIdsOf<Row extends { readonly id: string }>(
  others: readonly { readonly id: string }[],
  rows: readonly Row[],
): readonly Row[] {
  if (others.length === rows.length) return rows;
  const ids = new Set(others.map(({ id }) => id));
  return rows.filter(({ id }) => ids.has(id));
}
