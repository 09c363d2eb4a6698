import { DisjointSets } from './disjoint-sets.js';
import { digestStart, fingerprintBytes } from './fingerprint.js';
import { forEachCandidate } from './near-candidates.js';
import { deviationOf, fingerprintOf, leastDeviation, likenessOf, nearRadius } from './near-twin.js';
import type { Turn } from './turns.js';

/** Two patches that show the same. */
export interface TwinPair {
  readonly first: number;
  /** A later row than the first. */
  readonly second: number;
  /** `exact`: the same pixels; `near`: turned, mirrored or encoded anew. */
  readonly kind: 'exact' | 'near';
  /** What brings the first onto the second. */
  readonly turn: Turn;
  /** Root mean square difference of their 8 x 8 mean levels, in levels. */
  readonly distance: number;
}

/** Patches that are twins of each other, directly or through others of the group. */
export interface TwinGroup {
  /** Two rows or more, ascending. */
  readonly rows: readonly number[];
  /** What was found, one pair less than rows: each row is joined to the group by one pair. */
  readonly pairs: readonly TwinPair[];
}

/**
 * Finds patches that are there more than once: copied, encoded anew, turned or mirrored. To look
 * between sets, put their fingerprints one after the other and take the groups with rows of both.
 * Blank patches and others of hardly any contrast have exact twins alone; those of one colour none. 220,025 rows
 * take 8 s and no memory that grows with the number of copies.
 *
 * @param fingerprints Shape [rows, 104], of `fingerprintPatch`.
 * @param firstAsked Near twins of which both are before this row are passed over, which is faster.
 * @returns In the order of their first rows.
 */
export function findTwins(fingerprints: Uint8Array, firstAsked = 0): TwinGroup[] {
  const count = fingerprints.length / fingerprintBytes;
  const sets = new DisjointSets(count);
  const pairs: TwinPair[] = [];
  const add = (pair: TwinPair): void => {
    sets.join(pair.first, pair.second);
    pairs.push(pair);
  };
  const distinct = joinEqual(fingerprints, add);
  const marked = distinct.filter(
    (row) => deviationOf(fingerprintOf(fingerprints, row)) >= leastDeviation,
  );
  const limits = { radius: nearRadius, firstAsked };
  forEachCandidate(fingerprints, marked, limits, (one, other) => {
    if (sets.rootOf(one) === sets.rootOf(other)) return;
    const [first, second] = [Math.min(one, other), Math.max(one, other)];
    const likeness = likenessOf(fingerprints, first, second);
    if (likeness !== null) add({ first, second, kind: 'near', ...likeness });
  });
  return groupsOf(pairs, sets);
}

/** Adds the exact twins, each with the first of its kind; returns the first ones. */
function joinEqual(fingerprints: Uint8Array, add: (pair: TwinPair) => void): number[] {
  const firsts = new Map<bigint, number>();
  const view = new DataView(fingerprints.buffer, fingerprints.byteOffset, fingerprints.byteLength);
  for (let second = 0; second * fingerprintBytes < fingerprints.length; second++) {
    const digest = view.getBigUint64(second * fingerprintBytes + digestStart);
    if (digest === 0n) continue; // of one colour, or unreadable
    const first = firsts.get(digest);
    if (first === undefined) firsts.set(digest, second);
    else add({ first, second, kind: 'exact', turn: 'none', distance: 0 });
  }
  return [...firsts.values()];
}

function groupsOf(pairs: readonly TwinPair[], sets: DisjointSets): TwinGroup[] {
  const byRoot = new Map<number, TwinPair[]>();
  for (const pair of pairs) {
    const root = sets.rootOf(pair.first);
    const known = byRoot.get(root);
    if (known === undefined) byRoot.set(root, [pair]);
    else known.push(pair);
  }
  return [...byRoot.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, found]) => {
      const rows = new Set(found.flatMap(({ first, second }) => [first, second]));
      return { rows: [...rows].sort((a, b) => a - b), pairs: found };
    });
}
