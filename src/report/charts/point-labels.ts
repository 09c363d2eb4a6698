/** A marked point of a plot, with the letter that tables give it. */
export interface MarkedPoint {
  readonly letter: string;
  readonly x: number;
  readonly y: number;
}

/** A marked point and where its letter stands. */
export interface LabelledPoint extends MarkedPoint {
  readonly labelX: number;
  readonly labelY: number;
}

/** The letter of an operating point by its place: A, B, C, … */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + (index % 26));
}

const gap = 0.062; // of an axis from 0 to 1: a line of text

/**
 * Places letters beside points of the unit square, one below the other where points are close.
 *
 * @param side Of the point: 1 = right of it, -1 = left.
 */
export function placeLabels(points: readonly MarkedPoint[], side: 1 | -1): LabelledPoint[] {
  const placed: LabelledPoint[] = [];
  for (const point of points.toSorted((a, b) => b.y - a.y)) {
    const above = placed.filter(({ labelX }) => Math.abs(labelX - point.x - side * 0.06) < gap);
    const wished = point.y - 0.05;
    const free = Math.min(wished, ...above.map(({ labelY }) => labelY - gap));
    placed.push({ ...point, labelX: point.x + side * 0.06, labelY: free });
  }
  return placed;
}
