import { setImmediate } from 'node:timers/promises';
import { randomStream } from '../rng.js';
import type { Units } from './units.js';

const purpose = 501; // keeps these draws apart from others of the same seed

const turnMs = 50; // how long the event loop, and with it a signal, waits at most

/** Each figure in every resample. */
export type Draws<Figure extends string | number> = Record<Figure, Float64Array>;

/** Figures of one draw, always the same ones; NaN where one has no value. */
export type FiguresOf<Figure extends string | number> = (
  weights: Float64Array,
) => Readonly<Record<Figure, number>>;

/**
 * Draws units with replacement, 2,000 times. The same units give the same draws.
 *
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap
 */
export function resample<Figure extends string | number>(
  units: Units,
  figuresOf: FiguresOf<Figure>,
  resamples = 2000,
): Draws<Figure> {
  const drawing = drawOneByOne(units, figuresOf, resamples);
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
  }
}

/**
 * As {@link resample}, for long work: the event loop gets its turn in between.
 *
 * @throws The signal's reason, once it is aborted.
 */
export async function resampleInTurns<Figure extends string | number>(
  units: Units,
  figuresOf: FiguresOf<Figure>,
  signal: AbortSignal,
): Promise<Draws<Figure>> {
  const drawing = drawOneByOne(units, figuresOf, 2000);
  for (let startedMs = performance.now(); ; ) {
    const { done, value } = drawing.next();
    if (done) return value;
    if (performance.now() - startedMs < turnMs) continue;
    await setImmediate();
    signal.throwIfAborted();
    startedMs = performance.now();
  }
}

/** Yields after each draw. */
function* drawOneByOne<Figure extends string | number>(
  units: Units,
  figuresOf: FiguresOf<Figure>,
  resamples: number,
): Generator<undefined, Draws<Figure>> {
  const random = randomStream(0, purpose);
  const weights = new Float64Array(units.count);
  const draws = {} as Draws<Figure>;
  for (let draw = 0; draw < resamples; draw++) {
    units.draw(weights, random);
    const figures = figuresOf(weights);
    for (const figure in figures) {
      draws[figure] ??= new Float64Array(resamples);
      draws[figure][draw] = figures[figure];
    }
    yield undefined;
  }
  return draws;
}
