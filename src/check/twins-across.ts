import type { TwinGroup, TwinPair } from './find-twins.js';

/** A patch that shows the same as one of the patches that are known. */
export interface TwinAcross {
  readonly row: number;
  /** The row of a known patch: one with the same pixels if there is one. */
  readonly known: number;
  /** `exact`: the same pixels; `near`: turned, mirrored or encoded anew. */
  readonly kind: TwinPair['kind'];
}

/**
 * The patches that have a twin among those that are known, such as those that were trained on.
 *
 * @param groups As `findTwins` gives them, of rows of both kinds.
 * @returns In the order of the groups.
 */
export function twinsAcross(
  groups: readonly TwinGroup[],
  isKnown: (row: number) => boolean,
): TwinAcross[] {
  return groups.flatMap(({ rows, pairs }) => {
    const [known] = rows.filter(isKnown);
    if (known === undefined) return [];
    const pixelsOf = samePixels(pairs);
    const byPixels = new Map(rows.filter(isKnown).map((row) => [pixelsOf(row), row]));
    const others = rows.filter((row) => !isKnown(row));
    return others.map((row): TwinAcross => {
      const copy = byPixels.get(pixelsOf(row));
      return copy === undefined
        ? { row, known, kind: 'near' }
        : { row, known: copy, kind: 'exact' };
    });
  });
}

/** Gives rows with the same pixels the same number: that of the first of them. */
function samePixels(pairs: readonly TwinPair[]): (row: number) => number {
  const exact = pairs.filter(({ kind }) => kind === 'exact');
  const firsts = new Map(exact.map(({ first, second }) => [second, first]));
  return (row) => firsts.get(row) ?? row;
}
