import type { ScoredPatch } from '../scorer/scored-patch.js';

/** A patch of the list. */
export interface ListedPatch extends ScoredPatch {
  readonly id: string;
  /** Of the second class, after any temperature. */
  readonly probability: number;
}
