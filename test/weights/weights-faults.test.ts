import { beforeAll, describe, expect, it } from 'vitest';
import type { NamedArray } from '../../src/model/state-dict.js';
import { batchNormStatistics } from '../../src/weights/batch-norm-statistics.js';
import type { ForeignWeights } from '../../src/weights/foreign-weights.js';
import { weightsFaults } from '../../src/weights/weights-faults.js';
import { fixturePath, readWeights } from './fixture.js';

let weights: ForeignWeights;
let state: Map<string, NamedArray>;
beforeAll(async () => {
  weights = await readWeights(fixturePath('zip.pth'));
});

/** The faults of the fixture's weights, after something was done to a copy of them. */
function faultsAfter(change: (state: Map<string, NamedArray>) => void): string[] {
  state = new Map(
    [...weights.state].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
  change(state);
  return weightsFaults(state, weights.counters);
}

function set(name: string, at: number, value: number): void {
  (state.get(name) as NamedArray).data[at] = value;
}

describe('weightsFaults', () => {
  it('finds none in sound weights', () => {
    expect(faultsAfter(() => {})).toEqual([]);
  });

  it('finds what is missing, surplus and misshapen, all together', () => {
    const network = 'expected the arrays of a ResNet of bottleneck blocks (1, 2), got';
    expect(
      faultsAfter((arrays) => {
        arrays.delete('bn1.bias');
        arrays.set('se.weight', { shape: [1], data: Float32Array.of(1) });
        arrays.set('bn1.weight', { shape: [2], data: Float32Array.of(1, 2) });
      }),
    ).toEqual([
      `${network} 1 missing: bn1.bias`,
      `${network} 1 surplus: se.weight`,
      `${network} 1 misshapen: bn1.weight (expected [4], got [2] with 2 values)`,
    ]);
  });

  it('finds numbers that are not finite and variances below 0, and lets 0 be', () => {
    expect(
      faultsAfter(() => {
        set('conv1.weight', 3, Number.NaN);
        set('conv1.weight', 4, Number.POSITIVE_INFINITY);
        set('bn1.running_var', 0, -0.5);
        set('bn1.running_var', 1, 0);
        set('bn1.running_mean', 0, -7);
      }),
    ).toEqual([
      '"conv1.weight": expected finite numbers, got NaN (2 of 588)',
      '"bn1.running_var": expected finite variances from 0, got -0.5 (1 of 4)',
    ]);
  });

  it('finds the statistics of a net that has seen nothing', () => {
    const fresh = (arrays: Map<string, NamedArray>) => {
      for (const [name, { data }] of arrays) {
        if (name.endsWith('.running_mean')) data.fill(0);
        if (name.endsWith('.running_var')) data.fill(1);
      }
    };
    expect(faultsAfter(fresh)).toEqual([
      expect.stringMatching(/^BatchNorm: expected running statistics of a trained net/),
    ]);
    const nearly = faultsAfter((arrays) => {
      fresh(arrays);
      set('bn1.running_mean', 0, 0.01);
    });
    expect(nearly).toEqual([]);
  });

  it('finds a count of batches that is none', () => {
    const counters = new Map([
      ['bn1.num_batches_tracked', { shape: [], data: BigInt64Array.of(-3n) }],
    ]);
    expect(weightsFaults(weights.state, counters)).toEqual([
      '"bn1.num_batches_tracked": expected a count of batches, got -3',
    ]);
  });

  it('says what is no ResNet', () => {
    expect(weightsFaults(new Map(), new Map())).toEqual([
      "expected a ResNet of 1 to 1024 channels in conv1 and at least one stage, got 0 and 0: use a ResNet's weights",
    ]);
  });
});

describe('batchNormStatistics', () => {
  it('counts', () => {
    const norm = (mean: number[], variance: number[]): [string, NamedArray][] => [
      ['a.running_mean', { shape: [mean.length], data: Float32Array.from(mean) }],
      ['a.running_var', { shape: [variance.length], data: Float32Array.from(variance) }],
    ];
    const counters = new Map([
      ['a.num_batches_tracked', { shape: [], data: BigInt64Array.of(12n) }],
      ['b.num_batches_tracked', { shape: [], data: BigInt64Array.of(5n) }],
    ]);
    expect(batchNormStatistics(new Map(norm([0, 0], [0, 4])), counters)).toEqual({
      layers: 1,
      least_variance: 0,
      largest_variance: 4,
      zero_variances: 1,
      is_fresh: false,
      batches: 12,
    });
    expect(batchNormStatistics(new Map(norm([0], [1])), new Map())).toMatchObject({
      is_fresh: true,
      batches: null,
    });
  });
});
