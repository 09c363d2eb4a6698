/** A confidence interval of a figure in [0, 1]. */
export interface Interval<Method extends string> {
  readonly low: number;
  readonly high: number;
  readonly level: 0.95;
  readonly method: Method;
}

/** The normal distribution's quantile at 0.975. */
export const z95 = 1.959963984540054;

/** An interval cut to [0, 1]. */
export function unitInterval<Method extends string>(
  low: number,
  high: number,
  method: Method,
): Interval<Method> {
  return { low: Math.max(0, low), high: Math.min(1, high), level: 0.95, method };
}
