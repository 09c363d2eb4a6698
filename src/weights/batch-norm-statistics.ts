import type { StateDict } from '../model/state-dict.js';
import type { ForeignTensors } from './foreign-weights.js';

/** What the running statistics of a backbone's BatchNorm layers look like. */
export interface BatchNormStatistics {
  readonly layers: number;
  readonly least_variance: number;
  readonly largest_variance: number;
  /** Variances of 0: channels that never change, as a pruned net has them. */
  readonly zero_variances: number;
  /** Means that are all 0 and variances that are all 1: a net that has seen nothing. */
  readonly is_fresh: boolean;
  /** The batches that the layers say they have seen, at most; null: they do not say it. */
  readonly batches: number | null;
}

/** Looks at the running statistics of a state, which may be any numbers. */
export function batchNormStatistics(
  state: StateDict,
  counters: ForeignTensors,
): BatchNormStatistics {
  let [layers, leastVariance, largestVariance, zeroVariances] = [0, Infinity, -Infinity, 0];
  let isFresh = true;
  for (const [name, { data }] of state) {
    const isVariance = name.endsWith('.running_var');
    if (!isVariance && !name.endsWith('.running_mean')) continue;
    layers += isVariance ? 1 : 0;
    for (const value of data) {
      if (value !== (isVariance ? 1 : 0)) isFresh = false;
      if (!isVariance) continue;
      leastVariance = Math.min(leastVariance, value);
      largestVariance = Math.max(largestVariance, value);
      if (value === 0) zeroVariances += 1;
    }
  }
  const batches = [...counters.values()].flatMap(({ data }) => Array.from(data, Number));
  return {
    layers,
    least_variance: leastVariance,
    largest_variance: largestVariance,
    zero_variances: zeroVariances,
    is_fresh: isFresh,
    batches: batches.length === 0 ? null : batches.reduce((most, count) => Math.max(most, count)),
  };
}
