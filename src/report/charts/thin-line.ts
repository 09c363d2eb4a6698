/**
 * Leaves out points that would not be seen: of each of `columns` stretches of the line it keeps the
 * first, the lowest, the highest and the last, so that no extreme is lost.
 *
 * @param points In the order of x.
 * @param read What is drawn upwards.
 * @returns At most `4 * columns` points in their order; all of them if they are no more.
 * @see Jugel et al. 2014, "M4: a visualization-oriented time series data aggregation",
 *   doi:10.14778/2732951.2732953
 */
export function thinLine<Point>(
  points: readonly Point[],
  read: (point: Point) => number,
  columns = 400,
): Point[] {
  if (points.length <= 4 * columns) return [...points];
  return Array.from({ length: columns }, (_, column) => {
    const first = Math.round((column * points.length) / columns);
    const last = Math.round(((column + 1) * points.length) / columns) - 1;
    let [lowest, highest] = [first, first];
    for (let i = first; i <= last; i++) {
      const value = read(points[i] as Point);
      if (value < read(points[lowest] as Point)) lowest = i;
      if (value > read(points[highest] as Point)) highest = i;
    }
    const kept = [...new Set([first, lowest, highest, last])].sort((a, b) => a - b);
    return kept.map((index) => points[index] as Point);
  }).flat();
}
