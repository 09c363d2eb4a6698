/**
 * Ranks from 1, the lowest value first; equal values share the mean of their ranks. O(n log n).
 *
 * @param values Shape [n], finite.
 * @returns Shape [n], in the order of the values.
 * @example ranksOf([0.3, 0.1, 0.3]) // [2.5, 1, 2.5]
 */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort();
  const rankOf = new Map<number, number>(); // to it, -0 and 0 are one key
  for (let start = 0; start < sorted.length; ) {
    const value = sorted[start] as number;
    let end = start + 1;
    while (sorted[end] === value) end++;
    rankOf.set(value, (start + 1 + end) / 2);
    start = end;
  }
  return Float64Array.from(values, (value) => rankOf.get(value) as number);
}
