import { sharedNames, slideNames } from '../../check/leakage-between.js';
import { counted } from '../../counted.js';
import type { LabelledPatch } from '../../data/labels.js';
import type { Member } from './ensemble.js';

/**
 * What a reader must know of patches that are no leak and yet not new: those that validated a
 * checkpoint, their slides, and slides that could not be looked at.
 *
 * @param validated How many patches validated a checkpoint.
 * @param groupColumn The column that names a patch's slide; null: none.
 */
export function noveltyNotes(
  members: readonly Member[],
  patches: readonly LabelledPatch[],
  validated: number,
  groupColumn: string | null,
): string[] {
  const knowSlides = members.some(({ card }) => card.slides !== null);
  const validSlides = members.flatMap(({ card }) => card.slides?.valid ?? []);
  const shared = sharedNames(validSlides, slideNames(patches)).length;
  return [
    validated === 0 ? null : validatedText(validated),
    shared === 0
      ? null
      : `${counted(shared, 'slide')} of these patches validated the checkpoint: no leak, but its epoch was chosen by them`,
    knowSlides && groupColumn === null
      ? 'slides were not looked at, though the checkpoint knows those of its training: name their column with --group-column'
      : null,
  ].filter((note) => note !== null);
}

/** @param count How many patches validated. */
export function validatedText(count: number): string {
  return `${count} of these patches validated the checkpoint, whose epoch was chosen by them: the figures flatter a little`;
}
