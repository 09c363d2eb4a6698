import { fingerprintBytes, levelGrid } from './fingerprint.js';

const orbitOfCell = orbitsOfCells();
const orbitSizes = sizesOf(orbitOfCell);
const keysPerRow = orbitSizes.length;

/** Fingerprints in the order of the search, with what does not change when a patch is turned. */
interface Sorted {
  readonly rows: readonly number[];
  /** Which slice of the mean level each is in. */
  readonly slices: Int32Array;
  /** Euclidean length of the levels less their mean: ascending in a slice. */
  readonly contrasts: Float64Array;
  /** Shape [rows, 10]. */
  readonly keys: Float64Array;
  /** 1 where pairs of the row are asked for, else 0. */
  readonly asked: Uint8Array;
}

/**
 * Visits every pair of rows whose 8 x 8 levels may be within a radius of each other in some turn, and
 * few others. Sums over the cells that the turns of the square bring to one place, the mean, and the
 * contrast stay what they are under turns and differ by no more than the levels do, so no pair is
 * missed. Rows are looked at in slices of the mean and windows of the contrast. 220,025 rows: 8 s.
 *
 * @param rows Of the fingerprints; those of hardly any contrast would all be pairs, so leave them out.
 * @param limits The largest Euclidean distance of the 64 levels, and the first row that is asked for:
 *   pairs of rows before it are passed over.
 */
export function forEachCandidate(
  fingerprints: Uint8Array,
  rows: readonly number[],
  { radius, firstAsked }: { readonly radius: number; readonly firstAsked: number },
  visit: (one: number, other: number) => void,
): void {
  const sorted = sort(fingerprints, rows, radius, firstAsked);
  const { contrasts, slices, asked } = sorted;
  let start = 0; // of the window in the next slice
  for (let at = 0; at < rows.length; at++) {
    const slice = slices[at] as number;
    const contrast = contrasts[at] as number;
    const compare = (from: number, last: number): void => {
      for (let other = from; other < rows.length && slices[other] === last; other++) {
        if ((contrasts[other] as number) - contrast > radius) return;
        if (asked[at] === 0 && asked[other] === 0) continue;
        if (areNear(sorted.keys, at, other, radius)) {
          visit(sorted.rows[at] as number, sorted.rows[other] as number);
        }
      }
    };
    compare(at + 1, slice);
    if (at === 0 || slices[at - 1] !== slice) start = firstOfSlice(slices, slice + 1, at);
    while (slices[start] === slice + 1 && contrast - (contrasts[start] as number) > radius) start++;
    compare(start, slice + 1);
  }
}

function sort(
  fingerprints: Uint8Array,
  rows: readonly number[],
  radius: number,
  firstAsked: number,
): Sorted {
  const levels = (row: number) =>
    fingerprints.subarray(row * fingerprintBytes, row * fingerprintBytes + levelGrid ** 2);
  const measured = rows.map((row) => ({
    row,
    slice: Math.floor(sumOf(levels(row)) / levelGrid / radius),
    contrast: contrastOf(levels(row)),
  }));
  measured.sort((a, b) => a.slice - b.slice || a.contrast - b.contrast || a.row - b.row);
  const keys = new Float64Array(rows.length * keysPerRow);
  for (const [at, { row }] of measured.entries()) {
    for (const [cell, level] of levels(row).entries()) {
      const key = at * keysPerRow + (orbitOfCell[cell] as number);
      keys[key] = (keys[key] as number) + level;
    }
    for (const [orbit, size] of orbitSizes.entries()) {
      const key = at * keysPerRow + orbit;
      keys[key] = (keys[key] as number) / Math.sqrt(size);
    }
  }
  return {
    rows: measured.map(({ row }) => row),
    slices: Int32Array.from(measured, ({ slice }) => slice),
    contrasts: Float64Array.from(measured, ({ contrast }) => contrast),
    keys,
    asked: Uint8Array.from(measured, ({ row }) => (row >= firstAsked ? 1 : 0)),
  };
}

/** Euclidean length of levels less their mean: 8 times their standard deviation. */
export function contrastOf(levels: Uint8Array): number {
  const mean = sumOf(levels) / levels.length;
  return Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0));
}

function sumOf(levels: Uint8Array): number {
  return levels.reduce((sum, level) => sum + level, 0);
}

function areNear(keys: Float64Array, one: number, other: number, radius: number): boolean {
  const [a, b] = [one * keysPerRow, other * keysPerRow];
  let squares = 0;
  for (let orbit = 0; orbit < keysPerRow; orbit++) {
    squares += ((keys[a + orbit] as number) - (keys[b + orbit] as number)) ** 2;
    if (squares > radius * radius + 1e-6) return false;
  }
  return true;
}

function firstOfSlice(slices: Int32Array, slice: number, from: number): number {
  let at = from;
  while (at < slices.length && (slices[at] as number) < slice) at++;
  return at;
}

/** The number of each cell's orbit: the cells that turns bring to one place. */
function orbitsOfCells(): number[] {
  const names = Array.from({ length: levelGrid ** 2 }, (_, cell) => {
    const places = [Math.floor(cell / levelGrid), cell % levelGrid];
    return places
      .map((place) => Math.min(place, levelGrid - 1 - place))
      .sort()
      .join();
  });
  const known = [...new Set(names)];
  return names.map((name) => known.indexOf(name));
}

function sizesOf(orbits: readonly number[]): number[] {
  const sizes: number[] = [];
  for (const orbit of orbits) sizes[orbit] = (sizes[orbit] ?? 0) + 1;
  return sizes;
}
