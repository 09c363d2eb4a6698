/** Mean and spread of a figure over runs. */
export interface MeanAndDeviation {
  readonly mean: number;
  /** Sample standard deviation, with n - 1 below; null of a single value. */
  readonly standard_deviation: number | null;
  /** How many values there are. */
  readonly count: number;
}

/**
 * Mean and standard deviation of a figure over runs, such as the folds of a cross-validation.
 *
 * @param values Runs without a value are left out.
 * @returns Null if no run has one.
 * @example meanAndDeviation([0.9, null, 0.7]) // { mean: 0.8, standard_deviation: 0.1414…, count: 2 }
 */
export function meanAndDeviation(values: readonly (number | null)[]): MeanAndDeviation | null {
  const known = values.filter((value) => value !== null);
  const count = known.length;
  if (count === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / count;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standard_deviation: count === 1 ? null : Math.sqrt(squares / (count - 1)), count };
}
