import type { LabelledPatch } from '../data/labels.js';
import type { TwinGroup } from './find-twins.js';
import { twinsAcross } from './twins-across.js';

/** What a side that shall be new has in common with the side that is trained on. */
export interface Leakage {
  /** Its patches that show the same as trained ones. */
  readonly twins: readonly LeakedTwin[];
  /** Its slides that have trained patches; none where no slide is known. */
  readonly slides: readonly string[];
}

/** A patch that shows the same as a trained one. */
export interface LeakedTwin {
  readonly id: string;
  /** The id of the trained one; null: it is not known. */
  readonly trained: string | null;
  /** `exact`: the same pixels; `near`: turned, mirrored or encoded anew. */
  readonly kind: 'exact' | 'near';
}

/**
 * What the two sides of a split have in common.
 *
 * @param patches Of both sides, by the rows of the groups.
 * @param groups As `findTwins` gives them.
 * @param valid The patches that validate; the others train.
 */
export function leakageBetween(
  patches: readonly LabelledPatch[],
  groups: readonly TwinGroup[],
  valid: readonly LabelledPatch[],
): Leakage {
  const validPaths = new Set(valid.map(({ path }) => path)); // ids of two files may be the same
  const isTrained = ({ path }: LabelledPatch) => !validPaths.has(path);
  const patchOf = (row: number) => patches[row] as LabelledPatch;
  const twins = twinsAcross(groups, (row) => isTrained(patchOf(row)));
  return {
    twins: twins.map(({ row, known, kind }) => ({
      id: patchOf(row).id,
      trained: patchOf(known).id,
      kind,
    })),
    slides: sharedNames(slideNames(patches.filter(isTrained)), slideNames(valid)),
  };
}

/** The slides of patches, each once, in their order; none where no slide is known. */
export function slideNames(patches: readonly Pick<LabelledPatch, 'group'>[]): string[] {
  return [...new Set(patches.map(({ group }) => group))].filter((group) => group !== null);
}

/** The names that are in both lists, in the order of the second. */
export function sharedNames(known: readonly string[], names: readonly string[]): string[] {
  const all = new Set(known);
  return names.filter((name) => all.has(name));
}
