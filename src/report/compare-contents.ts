import type { Comparison } from '../evaluate/compare-predictions.js';
import type { RocCurve } from '../evaluate/curves.js';
import type { Disagreement } from '../evaluate/largest-disagreements.js';
import type { PatchPicture } from './patch-picture.js';

/** Where the predictions of a compared model are from. */
export interface ComparedSource {
  readonly path: string;
  readonly file: string;
  /** What its model was trained on of these patches, in words; null: nothing that is known. */
  readonly leakage: string | null;
  /** How many probabilities were clipped to make logits of them; null: the file has logits. */
  readonly clipped: number | null;
}

/** All that `compare.html` shows, as plain data. */
export interface CompareContents extends Comparison {
  readonly first: ComparedSource;
  readonly second: ComparedSource;
  /** The labels file that holds in place of the predictions' own labels; null: none. */
  readonly labels: string | null;
  readonly data_digest: string;
  /** Null where a class is absent. */
  readonly rocs: readonly [first: RocCurve | null, second: RocCurve | null];
  readonly disagreements: readonly Disagreement[];
  /** Of the disagreements, in their order; null: no pictures are at hand. */
  readonly pictures: readonly PatchPicture[] | null;
}
