/** The shape of a one-cycle run. */
export interface OneCycleOptions {
  /** Optimizer steps of the whole run, at least 1. */
  readonly totalSteps: number;
  /** The learning rate at the peak. */
  readonly maxLr: number;
  /** The first learning rate is maxLr / divFactor. */
  readonly divFactor: number;
  /** The last learning rate is the first one / finalDivFactor. */
  readonly finalDivFactor: number;
  /** Fraction in [0, 1] of the steps on the way up. */
  readonly warmup: number;
  /** Momentum at the peak; equal to maxMomentum it stays constant. */
  readonly baseMomentum: number;
  /** Momentum at both ends. */
  readonly maxMomentum: number;
  /** The curve between two levels. Default `cosine`. */
  readonly anneal?: 'cosine' | 'linear';
  /** True: down to the first learning rate as long as the way up took, then on to the last. Default false. */
  readonly isThreePhase?: boolean;
}

/** What one optimizer step uses. */
export interface OneCyclePoint {
  readonly learningRate: number;
  readonly momentum: number;
}

interface Phase {
  /** The step, fractional, at which the phase has reached its end. */
  readonly end: number;
  readonly learningRates: readonly [from: number, to: number];
  readonly momenta: readonly [from: number, to: number];
}

/**
 * Learning rate and momentum of one optimizer step under the one-cycle policy: the learning rate
 * rises to its peak and falls far below its start, momentum goes the other way.
 *
 * @param step Optimizer step, integer in [0, totalSteps).
 * @throws {RangeError} If the step is outside the run.
 * @see Smith & Topin 2018, arXiv:1708.07120; torch.optim.lr_scheduler.OneCycleLR, same figures
 * @example
 * oneCycle(0, { totalSteps: 60, maxLr: 0.01, divFactor: 25, finalDivFactor: 1e4, warmup: 0.3,
 *   baseMomentum: 0.85, maxMomentum: 0.95 }) // { learningRate: 0.0004, momentum: 0.95 }
 */
export function oneCycle(step: number, options: OneCycleOptions): OneCyclePoint {
  if (!Number.isInteger(step) || step < 0 || step >= options.totalSteps) {
    throw new RangeError(
      `Cannot compute the one-cycle learning rate: expected a step from 0 to ${options.totalSteps - 1}, got ${step}`,
    );
  }
  const between = options.anneal === 'linear' ? linear : cosine;
  const phases = phasesOf(options);
  const current = Math.max(
    0,
    phases.findIndex((phase, index) => step <= phase.end || index === phases.length - 1),
  );
  const phase = phases[current] as Phase;
  const start = phases[current - 1]?.end ?? 0;
  // A way up of a single step is at its peak at once: torch divides by zero there.
  const progress = phase.end === start ? 1 : (step - start) / (phase.end - start);
  return {
    learningRate: between(...phase.learningRates, progress),
    momentum: between(...phase.momenta, progress),
  };
}

function phasesOf(options: OneCycleOptions): readonly Phase[] {
  const { totalSteps, maxLr, warmup, baseMomentum, maxMomentum } = options;
  const firstLr = maxLr / options.divFactor;
  const lastLr = firstLr / options.finalDivFactor;
  const rise: Phase = {
    end: warmup * totalSteps - 1,
    learningRates: [firstLr, maxLr],
    momenta: [maxMomentum, baseMomentum],
  };
  const last = totalSteps - 1;
  const momenta = [baseMomentum, maxMomentum] as const;
  if (options.isThreePhase !== true) {
    return [rise, { end: last, learningRates: [maxLr, lastLr], momenta }];
  }
  return [
    rise,
    { end: 2 * warmup * totalSteps - 2, learningRates: [maxLr, firstLr], momenta },
    { end: last, learningRates: [firstLr, lastLr], momenta: [maxMomentum, maxMomentum] },
  ];
}

function cosine(from: number, to: number, progress: number): number {
  return to + ((from - to) / 2) * (Math.cos(Math.PI * progress) + 1);
}

function linear(from: number, to: number, progress: number): number {
  return (to - from) * progress + from;
}
