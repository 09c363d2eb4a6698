import type { TwinGroup, TwinPair } from './find-twins.js';
import type { FoundPatch, SetName } from './found-patch.js';

/** Patches that show the same, and what that means. */
export interface TwinFinding {
  /** True if they are in several sets: figures of the one say nothing of patches never seen. */
  readonly is_leak: boolean;
  /** True if they have both labels, of which one must be wrong. */
  readonly is_label_conflict: boolean;
  readonly sets: readonly SetName[];
  /** In the order of the files. */
  readonly patches: readonly FoundPatch[];
  /** What was found; `first` and `second` are places in `patches`, from 0. */
  readonly pairs: readonly TwinPair[];
}

/**
 * Tells what a group of twins means.
 *
 * @param patches By the rows of the group.
 */
export function twinFinding(
  { rows, pairs }: TwinGroup,
  patches: readonly FoundPatch[],
): TwinFinding {
  const members = rows.map((row) => patches[row] as FoundPatch);
  const sets = [...new Set(members.map(({ set }) => set))];
  const placeOf = new Map(rows.map((row, place) => [row, place]));
  return {
    is_leak: sets.length > 1,
    is_label_conflict: new Set(members.map(({ label }) => label)).size > 1,
    sets,
    patches: members,
    pairs: pairs.map((pair) => ({
      ...pair,
      first: placeOf.get(pair.first) as number,
      second: placeOf.get(pair.second) as number,
    })),
  };
}
