import { type Interval, unitInterval, z95 } from './interval.js';

/**
 * Wilson's 95 % interval of a share: it keeps its level near 0 and 1, where the usual one fails.
 *
 * @param hits How many of `trials`, from 0 to `trials`.
 * @param trials At least 1.
 * @throws {RangeError} If the counts are not such.
 * @see Wilson 1927, doi:10.1080/01621459.1927.10502953
 * @example wilsonInterval(8, 10) // { low: 0.4901…, high: 0.9433…, level: 0.95, method: 'Wilson' }
 */
export function wilsonInterval(hits: number, trials: number): Interval<'Wilson'> {
  const isCount = Number.isInteger(hits) && Number.isInteger(trials);
  if (!isCount || trials < 1 || hits < 0 || hits > trials) {
    throw new RangeError(
      `Cannot compute the Wilson interval: expected counts 0 <= hits <= trials with a trial, got ${hits} of ${trials}`,
    );
  }
  const share = hits / trials;
  const zz = z95 ** 2 / trials;
  const centre = (share + zz / 2) / (1 + zz);
  const half = Math.sqrt(share * (1 - share) * zz + zz ** 2 / 4) / (1 + zz);
  const low = hits === 0 ? 0 : centre - half; // exact at the ends, where rounding would show
  const high = hits === trials ? 1 : centre + half;
  return unitInterval(low, high, 'Wilson');
}
