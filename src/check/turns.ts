/** The eight ways to lay a square on itself; rotations are clockwise, in degrees. */
export const turns = [
  'none',
  'rotate-90',
  'rotate-180',
  'rotate-270',
  'flip-horizontal',
  'flip-vertical',
  'transpose',
  'transverse',
] as const;

/** `flip-horizontal` swaps left and right; `transpose` swaps rows and columns. */
export type Turn = (typeof turns)[number];

/** Row and column in the original of what a turned grid shows at a row and column. */
const origins: Readonly<Record<Turn, (row: number, column: number, last: number) => number[]>> = {
  none: (row, column) => [row, column],
  'rotate-90': (row, column, last) => [last - column, row],
  'rotate-180': (row, column, last) => [last - row, last - column],
  'rotate-270': (row, column, last) => [column, last - row],
  'flip-horizontal': (row, column, last) => [row, last - column],
  'flip-vertical': (row, column, last) => [last - row, column],
  transpose: (row, column) => [column, row],
  transverse: (row, column, last) => [last - column, last - row],
};

/**
 * For each turn, the cell of the original that each cell of the turned grid shows.
 *
 * @param grid Cells along a side.
 * @returns In the order of `turns`, each of shape [grid * grid].
 * @example turnedCells(2)[1] // rotate-90: Uint16Array [2, 0, 3, 1]
 */
export function turnedCells(grid: number): readonly Uint16Array[] {
  return turns.map((turn) =>
    Uint16Array.from({ length: grid ** 2 }, (_, cell) => {
      const [row = 0, column = 0] = origins[turn](Math.floor(cell / grid), cell % grid, grid - 1);
      return row * grid + column;
    }),
  );
}
