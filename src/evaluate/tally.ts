import { type CoarseCells, slotsOf } from './coarse-cells.js';
import type { ScoreCells } from './score-cells.js';
import type { ScoredLabels } from './scored-labels.js';
import type { Units } from './units.js';

/** Scored patches by unit and slot (see `slotsOf`), so that any draw of units is summed quickly. */
export interface Tally {
  readonly cells: CoarseCells;
  /** Shape [2 * cells]. Mean score of the patches in each slot; 0 where there are none. */
  readonly slotScores: Float64Array;
  /** Sums the units, each as often as it weighs. The cells are overwritten by the next call. */
  readonly weighted: (weights: Float64Array) => ScoreCells;
}

/** @param units Of the same patches. Preparing costs O(n log n), a draw O(units x slots) at most. */
export function createTally(patches: ScoredLabels, cells: CoarseCells, units: Units): Tally {
  const cellCount = cells.starts.length;
  const slots = slotsOf(patches, cells);
  const rows = rowsOf(slots, 2 * cellCount, units);
  const sums = new Float64Array(2 * cellCount);
  const [negatives, positives] = [sums.subarray(0, cellCount), sums.subarray(cellCount)];
  const resample = { scores: cells.scores, positives, negatives };
  return {
    cells,
    slotScores: slotMeans(patches.scores, slots, 2 * cellCount),
    weighted: (weights) => {
      sums.fill(0);
      for (let unit = 0; unit < weights.length; unit++) {
        const weight = weights[unit] as number;
        if (weight === 0) continue;
        const end = rows.starts[unit + 1] as number;
        for (let row = rows.starts[unit] as number; row < end; row++) {
          const slot = rows.slots[row] as number;
          sums[slot] = (sums[slot] as number) + weight * (rows.patches[row] as number);
        }
      }
      return resample;
    },
  };
}

/** How many patches each unit has in each slot, without the empty ones; unit after unit. */
function rowsOf(slots: Int32Array, slotCount: number, units: Units) {
  const keys = Float64Array.from(slots, (slot, i) => (units.of[i] as number) * slotCount + slot);
  keys.sort();
  const starts = new Int32Array(units.count + 1);
  const rowSlots = new Int32Array(keys.length);
  const patches = new Float64Array(keys.length);
  let [row, last] = [-1, -1];
  for (const key of keys) {
    if (key !== last) {
      row++;
      rowSlots[row] = key % slotCount;
      const after = Math.floor(key / slotCount) + 1;
      starts[after] = row + 1;
      last = key;
    }
    patches[row] = (patches[row] as number) + 1;
  }
  for (let unit = 1; unit <= units.count; unit++) {
    starts[unit] = Math.max(starts[unit] as number, starts[unit - 1] as number); // units without rows
  }
  return { starts, slots: rowSlots, patches };
}

function slotMeans(scores: Float64Array, slots: Int32Array, slotCount: number): Float64Array {
  const [means, patches] = [new Float64Array(slotCount), new Float64Array(slotCount)];
  for (const [i, slot] of slots.entries()) {
    means[slot] = (means[slot] as number) + (scores[i] as number);
    patches[slot] = (patches[slot] as number) + 1;
  }
  return means.map((sum, slot) => (patches[slot] === 0 ? 0 : sum / (patches[slot] as number)));
}
