import type { Luma } from './measure-pixels.js';

/**
 * The mean luma of each cell of a square grid that is laid over a patch. A pixel on the border of
 * cells counts for each by the share of its area, so a turned patch gives turned means.
 *
 * @param grid Cells along a side.
 * @returns Shape [grid, grid], in levels of [0, 255].
 */
export function cellMeans({ values, widthPx, heightPx }: Luma, grid: number): Float64Array {
  const rows = cellSpans(heightPx, grid);
  const columns = widthPx === heightPx ? rows : cellSpans(widthPx, grid);
  const across = new Float64Array(heightPx * grid); // each row of pixels, by cells
  for (let y = 0; y < heightPx; y++) {
    for (let column = 0; column < grid; column++) {
      const { start, shares } = columns[column] as CellSpan;
      const first = y * widthPx + start;
      let sum = 0;
      for (let x = 0; x < shares.length; x++) {
        sum += (shares[x] as number) * (values[first + x] as number);
      }
      across[y * grid + column] = sum;
    }
  }
  const means = new Float64Array(grid * grid);
  const area = (256 * widthPx * heightPx) / grid ** 2;
  for (const [row, { start, shares }] of rows.entries()) {
    for (let column = 0; column < grid; column++) {
      let sum = 0;
      for (let y = 0; y < shares.length; y++) {
        sum += (shares[y] as number) * (across[(start + y) * grid + column] as number);
      }
      means[row * grid + column] = sum / area;
    }
  }
  return means;
}

/** The pixels of a cell along one side. */
interface CellSpan {
  readonly start: number;
  /** How much of each pixel from the start on is in the cell, in (0, 1]. */
  readonly shares: readonly number[];
}

/** Those of the sizes and grids that came before: of most sets one, and dearer than a patch's means. */
const knownSpans = new Map<string, readonly CellSpan[]>();

function cellSpans(sizePx: number, grid: number): readonly CellSpan[] {
  const key = `${sizePx}/${grid}`;
  const known = knownSpans.get(key) ?? computeSpans(sizePx, grid);
  knownSpans.set(key, known);
  return known;
}

function computeSpans(sizePx: number, grid: number): CellSpan[] {
  return Array.from({ length: grid }, (_, cell) => {
    const [from, to] = [(cell * sizePx) / grid, ((cell + 1) * sizePx) / grid];
    const [start, end] = [Math.floor(from), Math.ceil(to)];
    const shareOf = (pixel: number) => Math.min(pixel + 1, to) - Math.max(pixel, from);
    return { start, shares: Array.from({ length: end - start }, (_, at) => shareOf(start + at)) };
  });
}
