import { stateFaults } from '../model/check-state.js';
import type { StateDict } from '../model/state-dict.js';
import { quote } from '../quote.js';
import { batchNormStatistics } from './batch-norm-statistics.js';
import type { ForeignTensors } from './foreign-weights.js';
import { FormatError } from './format-error.js';
import { backboneParameters, shapedBackbone } from './recognise-backbone.js';

/**
 * All that is wrong with weights: arrays that their network lacks, does not have or has in another shape,
 * numbers that are not finite, variances below 0, statistics of a net that has seen nothing.
 *
 * @param state Under torchvision's names.
 * @param counters BatchNorm's counts of batches.
 * @returns A text each; empty where they are sound.
 */
export function weightsFaults(state: StateDict, counters: ForeignTensors): string[] {
  return [...networkFaults(state), ...numberFaults(state), ...statisticsFaults(state, counters)];
}

function networkFaults(state: StateDict): string[] {
  try {
    const backbone = shapedBackbone(state);
    const { name, block, blocks } = backbone;
    const network = name ?? `a ResNet of ${block} blocks (${blocks.join(', ')})`;
    return stateFaults(backboneParameters(backbone), state).map(
      (fault) => `expected the arrays of ${network}, got ${fault}`,
    );
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return [error.message];
  }
}

function numberFaults(state: StateDict): string[] {
  return [...state].flatMap(([name, { data }]) => {
    const isVariance = name.endsWith('.running_var');
    const least = isVariance ? 0 : Number.NEGATIVE_INFINITY;
    const bad = data.filter((value) => !(Number.isFinite(value) && value >= least));
    if (bad.length === 0) return [];
    const expected = isVariance ? 'finite variances from 0' : 'finite numbers';
    return [
      `${quote(name)}: expected ${expected}, got ${bad[0]} (${bad.length} of ${data.length})`,
    ];
  });
}

function statisticsFaults(state: StateDict, counters: ForeignTensors): string[] {
  const { layers, is_fresh: isFresh } = batchNormStatistics(state, counters);
  const faults: string[] = [];
  if (layers > 0 && isFresh) {
    faults.push(
      'BatchNorm: expected running statistics of a trained net, got means of 0 and variances of 1 alone, as in a net that has seen nothing',
    );
  }
  for (const [name, { data }] of counters) {
    const count = Number(data[0] ?? 0);
    if (count < 0) faults.push(`${quote(name)}: expected a count of batches, got ${count}`);
  }
  return faults;
}
