import { pnorm, qt } from 'lib-r-math.js';
import type { Interval, IntervalMethod } from './interval.js';

/** A scale on which a figure is nearly normal, and its ends. */
export interface FigureScale {
  readonly to: (value: number) => number;
  readonly from: (scaled: number) => number;
  readonly range: readonly [least: number, most: number];
  /** Whether the figure of a sample is too high, as an error that noise adds to; it is taken out. */
  readonly isBiased?: true;
}

const mostWithoutValue = 0.05;

/**
 * The 95 % interval of a bootstrap: Student's t times the spread of the draws, on a scale on which the
 * figure is nearly normal. Few slides vary less among themselves than they should, which percentiles of
 * the draws take over; here the t distribution and the factor n / (n - 1) make up for it.
 *
 * The spread is half the way from the 16th to the 84th percentile: the standard deviation, but for a few
 * draws far out, such as calibration slopes of draws that nearly part the classes.
 *
 * @param draws The figure in each resample; NaN where it had no value.
 * @param value The figure itself.
 * @param options.units How many units (slides) were drawn independently of each other.
 * @returns Null if there are fewer than two units, more than 5 % of the draws have no value, or the
 *   draws hardly differ: an interval without width would claim certainty.
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapters 12 and 13; Hesterberg 2015,
 *   doi:10.1080/00031305.2015.1089789, on few units
 */
export function intervalOfDraws<Method extends IntervalMethod>(
  draws: Float64Array,
  value: number,
  options: { readonly units: number; readonly scale: FigureScale; readonly method: Method },
): Interval<Method> | null {
  const { units, scale, method } = options;
  const scaled = draws
    .map(scale.to)
    .filter((draw) => !Number.isNaN(draw))
    .sort();
  if (units < 2 || scaled.length < (1 - mostWithoutValue) * draws.length) return null;
  const [low, middle, high] = [
    quantile(scaled, pnorm(-1)),
    quantile(scaled, 0.5),
    quantile(scaled, pnorm(1)),
  ] as const;
  const deviation = ((high - low) / 2) * Math.sqrt(units / (units - 1));
  const isBiased = scale.isBiased === true; // what is taken out stays within the interval
  const centre = isBiased ? 2 * scale.to(value) - middle : scale.to(value);
  if (!Number.isFinite(centre) || !Number.isFinite(deviation)) return null; // at an end of the scale
  if (deviation < 1e-12) return null; // the same draw each time, but for rounding
  const half = qt(0.975, units - 1) * deviation;
  const [least, most] = scale.range;
  const cut = (end: number) => Math.min(most, Math.max(least, end));
  return {
    low: cut(scale.from(centre - half)),
    high: cut(Math.max(scale.from(centre + half), isBiased ? value : Number.NEGATIVE_INFINITY)),
    level: 0.95,
    method,
  };
}

/** @param sorted Ascending. Between two values along the line, as numpy and R do by default. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (at - Math.floor(at)) * (above - below);
}
