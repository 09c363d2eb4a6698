import { randomStream } from '../rng.js';
import type { Units } from './units.js';

const purpose = 501; // keeps these draws apart from others of the same seed

/**
 * Draws units with replacement, 2,000 times. The same units give the same draws.
 *
 * @param figuresOf Figures of one draw, always the same ones; NaN where one has no value.
 * @returns Each figure in every resample.
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap
 */
export function resample<Figure extends string | number>(
  units: Units,
  figuresOf: (weights: Float64Array) => Readonly<Record<Figure, number>>,
  resamples = 2000,
): Record<Figure, Float64Array> {
  const random = randomStream(0, purpose);
  const weights = new Float64Array(units.count);
  const draws = {} as Record<Figure, Float64Array>;
  for (let draw = 0; draw < resamples; draw++) {
    units.draw(weights, random);
    const figures = figuresOf(weights);
    for (const figure in figures) {
      draws[figure] ??= new Float64Array(resamples);
      draws[figure][draw] = figures[figure];
    }
  }
  return draws;
}
