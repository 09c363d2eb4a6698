import type { Leakage } from '../../check/leakage-between.js';

/** A leak as a checkpoint and `metrics.json` hold it. */
export interface LeakageReport {
  /** How many patches show the same as training patches; by ids and labels alone, at most so many. */
  readonly train_twins: number;
  /** How many of their slides have training patches; 0 where no slide is known. */
  readonly shared_slides: number;
  /** The first ten twins: `exact` has the same pixels, `near` is turned, mirrored or encoded anew. */
  readonly examples: readonly { readonly id: string; readonly kind: 'exact' | 'near' }[];
  readonly text: string;
}

const keptExamples = 10;

/** @param words What was found, in words. */
export function leakageReport({ twins, slides }: Leakage, words: string): LeakageReport {
  return {
    train_twins: twins.length,
    shared_slides: slides.length,
    examples: twins.slice(0, keptExamples).map(({ id, kind }) => ({ id, kind })),
    text: `${words}: the figures flatter`,
  };
}
