/**
 * A way to slide a filter of three taps along an axis with fewer multiplications than windows times
 * taps: `y = output ((filter g) * (input x))`, where `*` multiplies value by value, and x is the axis
 * without its padding of one zero on each side.
 */
export interface FilteringAlgorithm {
  /** Parts of the axis that are worked on alike. */
  readonly tiles: number;
  /** Multiplications a tile. */
  readonly points: number;
  /** Shape [tiles * points, size]. */
  readonly input: Matrix;
  /** Shape [points, 3]; the same for every tile. */
  readonly filter: Matrix;
  /** Shape [windows, tiles * points]. */
  readonly output: Matrix;
}

/** Rows of numbers. */
export type Matrix = readonly (readonly number[])[];

/**
 * The algorithm for an axis of some size, or null if there is none that pays.
 *
 * @param size Pixels without padding.
 * @param stride Step from window to window.
 * @param largestTile Outputs of a tile at most, 2 to 4: with 4 the rounding errors of float32 are up
 *   to 9 times those of the plain sum (with few channels; 3 to 4 times with 64 or more), with 2 they
 *   are up to twice.
 * @see Winograd 1980, Arithmetic Complexity of Computations; Lavin & Gray 2015, arXiv:1509.09308
 */
export function filteringAlgorithm(
  size: number,
  stride: number,
  largestTile: number,
): FilteringAlgorithm | null {
  if (stride === 2) return HALVING[size] ?? null;
  if (stride !== 1) return null;
  if (size === 2) return PAIR;
  const outputs = OUTPUTS_OF_A_TILE[size];
  return outputs === undefined ? null : tiled(size, Math.min(outputs, largestTile));
}

/** How to cut the sizes of maps that a ResNet has: 2 to 7 pixels. */
const OUTPUTS_OF_A_TILE: Readonly<Record<number, number>> = { 3: 3, 4: 4, 6: 3, 7: 4 };

/** Numbers at which the polynomials of a tile are multiplied; these keep rounding errors small. */
const NODES = [0, 1, -1, 2, -0.5];

/** Two pixels: y0 = g1 x0 + g2 x1, y1 = g0 x0 + g1 x1, by three multiplications (Karatsuba). */
const PAIR: FilteringAlgorithm = {
  tiles: 1,
  points: 3,
  input: [
    [1, 1],
    [0, 1],
    [1, 0],
  ],
  filter: [
    [0, 1, 0],
    [0, -1, 1],
    [1, -1, 0],
  ],
  output: [
    [1, 1, 0],
    [1, 0, 1],
  ],
};

/**
 * With stride 2 the middle tap meets the even pixels alone; the outer two meet the odd ones, as two
 * polynomials that are multiplied: g2 + g0 t and x1 + x3 t + x5 t^2.
 */
const HALVING: Readonly<Record<number, FilteringAlgorithm>> = {
  4: {
    tiles: 1,
    points: 5,
    input: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    filter: [
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    output: [
      [1, 1, 0, 0, 0],
      [0, 0, 1, 1, 1],
    ],
  },
  7: {
    tiles: 1,
    points: 8,
    input: [
      [1, 0, 0, 0, 0, 0, 0],
      [0, 0, 1, 0, 0, 0, 0],
      [0, 0, 0, 0, 1, 0, 0],
      [0, 0, 0, 0, 0, 0, 1],
      [0, 1, 0, 0, 0, 0, 0],
      [0, 1, 0, 1, 0, 1, 0],
      [0, 1, 0, -1, 0, 1, 0],
      [0, 0, 0, 0, 0, 1, 0],
    ],
    filter: [
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0.5, 0, 0.5],
      [-0.5, 0, 0.5],
      [1, 0, 0],
    ],
    output: [
      [1, 0, 0, 0, 1, 0, 0, 0],
      [0, 1, 0, 0, 0, 1, -1, -1],
      [0, 0, 1, 0, -1, 1, 1, 0],
      [0, 0, 0, 1, 0, 0, 0, 1],
    ],
  },
};

/** Tiles of some outputs each, three taps: the algorithm of Toom and Cook, transposed. */
function tiled(size: number, outputs: number): FilteringAlgorithm {
  const tiles = Math.ceil(size / outputs);
  const points = outputs + 2;
  const nodes = NODES.slice(0, points - 1); // the last one is at infinity
  const others = nodes.map((_, at) => nodes.filter((_other, index) => index !== at));
  const polynomials = [...others.map((roots) => productOf(roots)), productOf(nodes)];
  const input = Array.from({ length: tiles * points }, (_, row) => {
    const [tile, point] = [Math.floor(row / points), row % points];
    const first = tile * outputs - 1; // where the tile's windows begin
    return Array.from({ length: size }, (_unused, x) => polynomials[point]?.[x - first] ?? 0);
  });
  const filter = nodes.map((node, at) => {
    const scale = (others[at] as number[]).reduce((product, other) => product * (node - other), 1);
    return [0, 1, 2].map((power) => node ** power / scale);
  });
  const output = Array.from({ length: size }, (_, y) => {
    const [tile, power] = [Math.floor(y / outputs), y % outputs];
    const row = [...nodes.map((node) => node ** power), power === outputs - 1 ? 1 : 0];
    return Array.from({ length: tiles * points }, (_unused, column) =>
      Math.floor(column / points) === tile ? (row[column % points] as number) : 0,
    );
  });
  return { tiles, points, input, filter: [...filter, [0, 0, 1]], output };
}

/** Coefficients, lowest power first, of the product of (x - root). */
function productOf(roots: readonly number[]): number[] {
  let product = [1];
  for (const root of roots) {
    const [lower, same] = [
      [0, ...product],
      [...product, 0],
    ];
    product = lower.map((coefficient, power) => coefficient - root * (same[power] as number));
  }
  return product;
}
