/** How an interval was made. A cluster bootstrap draws whole slides, a bootstrap single patches. */
export type IntervalMethod = 'DeLong' | 'Wilson' | 'bootstrap' | 'cluster bootstrap';

/** A confidence interval of a figure. */
export interface Interval<Method extends IntervalMethod = IntervalMethod> {
  readonly low: number;
  readonly high: number;
  readonly level: 0.95;
  readonly method: Method;
}

/** The normal distribution's quantile at 0.975. */
export const z95 = 1.959963984540054;

/** An interval cut to [0, 1]. */
export function unitInterval<Method extends IntervalMethod>(
  low: number,
  high: number,
  method: Method,
): Interval<Method> {
  return { low: Math.max(0, low), high: Math.min(1, high), level: 0.95, method };
}
