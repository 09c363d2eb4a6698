import { fingerprintBytes, levelGrid, reliefGrid, reliefStart } from './fingerprint.js';
import { contrastOf } from './near-candidates.js';
import { type Turn, turnedCells, turns } from './turns.js';

/** How one patch is another one's near twin. */
export interface Likeness {
  /** What brings the first patch onto the second. */
  readonly turn: Turn;
  /** Root mean square difference of the 8 x 8 levels in that turn, in levels. */
  readonly distance: number;
}

/**
 * How far apart near twins may be: root mean square difference of the levels, that as a share of
 * their standard deviation, and share of the relief's bits that differ. Measured on 24,045 patches of
 * PatchCamelyon that are not blank, of which none repeats another, and on JPEGs (4:2:0) of 6,011 of
 * them; each cell as 99 % have it at most, and all:
 *
 * |                            | levels    | of deviation | relief    |
 * | -------------------------- | --------- | ------------ | --------- |
 * | JPEG of quality 50         | 1.17 1.51 | 0.11 0.28    | 0.16 0.33 |
 * | JPEG of quality 75         | 0.83 1.04 | 0.07 0.15    | 0.04 0.13 |
 * | the likest distinct pairs  | 1.46      | 0.24         | 0.43      |
 *
 * Of 289 million pairs two are within 2 levels, and one is nearly within the share as well, both of
 * patches with hardly any tissue. The relief holds where more patches bring more pairs of like levels:
 * in those it is as good as drawn, 0.47 with a deviation of 0.05. With these limits no pair is taken
 * for twins; of the JPEGs of quality 50 all but 0.1 %, which are nearly blank, are found.
 */
const limits = { distance: 2, ofDeviation: 0.25, relief: 0.27 } as const;

/** Standard deviation of the levels, below which errors of rounding are as large as what is to be seen. */
export const leastDeviation = 2;

/** Largest Euclidean distance of the 64 levels of near twins. */
export const nearRadius = limits.distance * levelGrid;

const levelCells = turnedCells(levelGrid);
const reliefCells = turnedCells(reliefGrid);
const cells = levelGrid ** 2;

/** Compares two rows of fingerprints in all eight turns; null if they are no near twins. */
export function likenessOf(
  fingerprints: Uint8Array,
  first: number,
  second: number,
): Likeness | null {
  const [a, b] = [fingerprintOf(fingerprints, first), fingerprintOf(fingerprints, second)];
  const likest = likestTurn(a, b);
  if (likest === null) return null;
  const deviation = Math.min(deviationOf(a), deviationOf(b));
  const distance = Math.sqrt(likest.squares / cells);
  if (distance > limits.ofDeviation * deviation) return null;
  if (reliefDifference(a, b, likest.turn) > limits.relief) return null;
  return { turn: turns[likest.turn] as Turn, distance };
}

/** A row of fingerprints. */
export function fingerprintOf(fingerprints: Uint8Array, row: number): Uint8Array {
  return fingerprints.subarray(row * fingerprintBytes, (row + 1) * fingerprintBytes);
}

/** Standard deviation of the levels of a fingerprint, in levels. */
export function deviationOf(fingerprint: Uint8Array): number {
  return contrastOf(fingerprint.subarray(0, cells)) / levelGrid;
}

/** The turn of the first with the smallest sum of squares, if that is within the radius. */
function likestTurn(a: Uint8Array, b: Uint8Array): { turn: number; squares: number } | null {
  let likest = -1;
  let least = nearRadius ** 2 + 1; // squares are whole numbers
  for (const [turn, cellsOf] of levelCells.entries()) {
    let squares = 0;
    for (let cell = 0; cell < cells && squares < least; cell++) {
      squares += ((a[cellsOf[cell] as number] as number) - (b[cell] as number)) ** 2;
    }
    if (squares >= least) continue;
    likest = turn;
    least = squares;
  }
  return likest < 0 ? null : { turn: likest, squares: least };
}

/** Share of the bits of the relief that differ when the first is turned, in [0, 1]. */
function reliefDifference(a: Uint8Array, b: Uint8Array, turn: number): number {
  const cellsOf = reliefCells[turn] as Uint16Array;
  let different = 0;
  for (let cell = 0; cell < cellsOf.length; cell++) {
    if (bit(a, cellsOf[cell] as number) !== bit(b, cell)) different++;
  }
  return different / cellsOf.length;
}

function bit(fingerprint: Uint8Array, cell: number): number {
  return ((fingerprint[reliefStart + (cell >> 3)] as number) >> (cell & 7)) & 1;
}
