import { describe, expect, it } from 'vitest';
import { type OneCycleOptions, oneCycle } from '../../src/train/one-cycle.js';
import { hasShared, readGolden } from '../shared-data.js';

interface GoldenCase {
  config: {
    total_steps: number;
    max_lr: number;
    pct_start?: number;
    div_factor?: number;
    final_div_factor?: number;
    anneal_strategy?: 'linear';
    three_phase?: boolean;
    cycle_momentum?: boolean;
  };
  rows: [step: number, learningRate: number, momentum: number][];
}

const defaults = {
  totalSteps: 60,
  maxLr: 0.01,
  divFactor: 25,
  finalDivFactor: 1e4,
  warmup: 0.3,
  baseMomentum: 0.85,
  maxMomentum: 0.95,
} satisfies OneCycleOptions;

function optionsOf({ config }: GoldenCase): OneCycleOptions {
  // The reference's SGD has momentum 0.9, which stays where the cycle leaves it alone.
  const constant = { baseMomentum: 0.9, maxMomentum: 0.9 };
  return {
    ...defaults,
    totalSteps: config.total_steps,
    maxLr: config.max_lr,
    divFactor: config.div_factor ?? 25,
    finalDivFactor: config.final_div_factor ?? 1e4,
    warmup: config.pct_start ?? 0.3,
    anneal: config.anneal_strategy ?? 'cosine',
    isThreePhase: config.three_phase ?? false,
    ...(config.cycle_momentum === false ? constant : {}),
  };
}

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected);
}

describe('oneCycle', () => {
  it.skipIf(!hasShared)('gives the figures of torch to 1e-12 relative', () => {
    const { cases } = readGolden<{ cases: GoldenCase[] }>('onecycle.json');
    expect(cases).toHaveLength(5);
    for (const golden of cases) {
      for (const [step, learningRate, momentum] of golden.rows) {
        const point = oneCycle(step, optionsOf(golden));
        expect(relativeError(point.learningRate, learningRate)).toBeLessThanOrEqual(1e-12);
        expect(relativeError(point.momentum, momentum)).toBeLessThanOrEqual(1e-12);
      }
    }
  });

  it('starts at maxLr / divFactor and ends at that / finalDivFactor', () => {
    expect(oneCycle(0, defaults).learningRate).toBeCloseTo(4e-4, 15);
    expect(oneCycle(59, defaults).learningRate).toBeCloseTo(4e-8, 18);
  });

  it('is at its peak at the end of the warm-up', () => {
    expect(oneCycle(17, defaults)).toEqual({ learningRate: 0.01, momentum: 0.85 });
  });

  it('has a finite figure for every step of the shortest runs', () => {
    for (const totalSteps of [1, 2, 3, 5, 10]) {
      for (const warmup of [0, 0.1, 0.2, 0.5, 1]) {
        for (let step = 0; step < totalSteps; step++) {
          const { learningRate, momentum } = oneCycle(step, { ...defaults, totalSteps, warmup });
          expect(learningRate).toBeGreaterThan(0);
          expect(learningRate).toBeLessThanOrEqual(0.01);
          expect(momentum).toBeGreaterThanOrEqual(0.85 - 1e-15);
        }
      }
    }
  });

  it.each([-1, 60, 0.5, Number.NaN])('refuses step %s of 60', (step) => {
    expect(() => oneCycle(step, defaults)).toThrow(`expected a step from 0 to 59, got ${step}`);
  });
});
