import { describe, expect, it } from 'vitest';
import {
  type FilteringAlgorithm,
  filteringAlgorithm,
} from '../../../src/engine/ops/filtering-algorithm.js';
import { randomStream } from '../../../src/rng.js';

/** By hand: an axis of `size` pixels cut into tiles of some outputs, outputs + 2 points each. */
const known = [
  { size: 2, stride: 1, largestTile: 2, tiles: 1, points: 3 },
  { size: 2, stride: 1, largestTile: 3, tiles: 1, points: 3 },
  { size: 2, stride: 1, largestTile: 4, tiles: 1, points: 3 },
  { size: 3, stride: 1, largestTile: 2, tiles: 2, points: 4 },
  { size: 3, stride: 1, largestTile: 3, tiles: 1, points: 5 },
  { size: 3, stride: 1, largestTile: 4, tiles: 1, points: 5 },
  { size: 4, stride: 1, largestTile: 2, tiles: 2, points: 4 },
  { size: 4, stride: 1, largestTile: 3, tiles: 2, points: 5 },
  { size: 4, stride: 1, largestTile: 4, tiles: 1, points: 6 }, // F(4, 3)
  { size: 6, stride: 1, largestTile: 2, tiles: 3, points: 4 },
  { size: 6, stride: 1, largestTile: 3, tiles: 2, points: 5 },
  { size: 6, stride: 1, largestTile: 4, tiles: 2, points: 5 },
  { size: 7, stride: 1, largestTile: 2, tiles: 4, points: 4 },
  { size: 7, stride: 1, largestTile: 3, tiles: 3, points: 5 },
  { size: 7, stride: 1, largestTile: 4, tiles: 2, points: 6 },
  { size: 4, stride: 2, largestTile: 2, tiles: 1, points: 5 },
  { size: 4, stride: 2, largestTile: 4, tiles: 1, points: 5 },
  { size: 7, stride: 2, largestTile: 2, tiles: 1, points: 8 },
  { size: 7, stride: 2, largestTile: 4, tiles: 1, points: 8 },
] as const;

const title = '$size pixels, stride $stride, tiles of at most $largestTile';

/** Windows of three pixels from the padding on: floor((size + 2 - 3) / stride) + 1. */
function windowsOf(size: number, stride: number): number {
  return Math.floor((size - 1) / stride) + 1;
}

function algorithmFor(size: number, stride: number, largestTile: number): FilteringAlgorithm {
  const algorithm = filteringAlgorithm(size, stride, largestTile);
  if (algorithm === null) throw new Error('No algorithm');
  return algorithm;
}

function filtered({ points, input, filter, output }: FilteringAlgorithm, x: number[], g: number[]) {
  const dot = (row: readonly number[], values: readonly number[]) =>
    row.reduce((sum, factor, at) => sum + factor * (values[at] as number), 0);
  const taps = filter.map((row) => dot(row, g));
  const products = input.map((row, at) => dot(row, x) * (taps[at % points] as number));
  return output.map((row) => dot(row, products));
}

/** The sum that the algorithm stands for, with a zero on each side of x. */
function slid(x: readonly number[], g: readonly number[], stride: number): number[] {
  return Array.from({ length: windowsOf(x.length, stride) }, (_, y) =>
    g.reduce((sum, tap, at) => sum + tap * (x[y * stride + at - 1] ?? 0), 0),
  );
}

describe('filteringAlgorithm', () => {
  it.each(known)(`takes as many multiplications as by hand: ${title}`, (c) => {
    const { tiles, points, input, filter, output } = algorithmFor(c.size, c.stride, c.largestTile);
    expect({ tiles, points }).toEqual({ tiles: c.tiles, points: c.points });
    const shapes = [input, filter, output].map((rows) => [
      rows.length,
      ...new Set(rows.map((row) => row.length)),
    ]);
    expect(shapes).toEqual([
      [tiles * points, c.size],
      [points, 3],
      [windowsOf(c.size, c.stride), tiles * points],
    ]);
  });

  // Both ways are linear in x and in the filter, so the unit vectors show all: whether a pixel and
  // a tap meet in a window. At most 6 terms, none above 16, each rounded three times to 1.1e-16.
  it.each(known)(`lets every pixel meet every tap where it shall: ${title}`, (c) => {
    const algorithm = algorithmFor(c.size, c.stride, c.largestTile);
    const unit = (length: number, one: number) =>
      Array.from({ length }, (_, at) => (at === one ? 1 : 0));
    for (let pixel = 0; pixel < c.size; pixel++) {
      for (let tap = 0; tap < 3; tap++) {
        const y = filtered(algorithm, unit(c.size, pixel), unit(3, tap));
        const expected = y.map((_, window) => (window * c.stride + tap - 1 === pixel ? 1 : 0));
        for (const [at, value] of y.entries()) {
          expect(Math.abs(value - (expected[at] as number))).toBeLessThan(6 * 16 * 3 * 1.2e-16);
        }
      }
    }
  });

  it.each(known)(`is the plain sliding sum in float64: ${title}`, (c) => {
    const algorithm = algorithmFor(c.size, c.stride, c.largestTile);
    const random = randomStream(c.size, c.stride, c.largestTile);
    const draw = (length: number) => Array.from({ length }, () => 2 * random.nextUniform() - 1);
    for (let round = 0; round < 20; round++) {
      const [x, g] = [draw(c.size), draw(3)];
      const [actual, expected] = [filtered(algorithm, x, g), slid(x, g, c.stride)];
      expect(actual).toHaveLength(expected.length);
      for (const [at, value] of actual.entries()) {
        // Up to 15 unit products, each as above.
        expect(Math.abs(value - (expected[at] as number))).toBeLessThan(15 * 3.5e-14);
      }
    }
  });

  it.each([
    [1, 1],
    [5, 1],
    [8, 1],
    [13, 1],
    [1, 2],
    [2, 2],
    [3, 2],
    [5, 2],
    [6, 2],
    [8, 2],
    [4, 3],
    [7, 4],
  ])('knows none for %i pixels with stride %i', (size, stride) => {
    for (const largestTile of [2, 3, 4]) {
      expect(filteringAlgorithm(size, stride, largestTile)).toBeNull();
    }
  });
});
