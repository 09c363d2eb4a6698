import type { RandomStream } from '../rng.js';
import { type CoarseCells, slotsOf } from './coarse-cells.js';
import type { ScoredLabels } from './scored-labels.js';

/** What a bootstrap draws with replacement: single patches, or slides with all their patches. */
export interface Units {
  /** Shape [n]. The unit of each patch, from 0. */
  readonly of: Int32Array;
  readonly count: number;
  /** How many of them are independent of each other. */
  readonly independent: number;
  readonly method: 'bootstrap' | 'cluster bootstrap';
  /** Fills in how often each unit is drawn. */
  readonly draw: (weights: Float64Array, random: RandomStream) => void;
}

/** The slide of each patch, from 0, and how many slides there are. */
export interface Slides {
  readonly of: Int32Array;
  readonly count: number;
}

/** Slides where they are known, else single patches, those of one slot together. */
export function unitsOf(patches: ScoredLabels, cells: CoarseCells, slides: Slides | null): Units {
  if (slides !== null) return slideUnits(slides);
  return patchUnits(slotsOf(patches, cells), 2 * cells.starts.length);
}

/** Slides, drawn as a whole. */
export function slideUnits({ of, count }: Slides): Units {
  return {
    of,
    count,
    independent: count,
    method: 'cluster bootstrap',
    draw: (weights, random) => {
      weights.fill(0);
      for (let drawn = 0; drawn < count; drawn++) {
        const slide = Math.floor(random.nextUniform() * count);
        weights[slide] = (weights[slide] as number) + 1;
      }
    },
  };
}

/**
 * Patches, each drawn a Poisson number of times, which for many patches is a draw of n of them. Those
 * that are alike may share a unit, so that a million costs no more than some thousand.
 *
 * @param of The unit of each patch.
 * @see Chamandy et al. 2012, Estimating Uncertainty for Massive Data Streams
 */
export function patchUnits(of: Int32Array, count: number): Units {
  const sizes = new Float64Array(count);
  for (const unit of of) sizes[unit] = (sizes[unit] as number) + 1;
  return {
    of,
    count,
    independent: of.length,
    method: 'bootstrap',
    draw: (weights, random) => {
      for (let unit = 0; unit < count; unit++) {
        const size = sizes[unit] as number;
        weights[unit] = size === 0 ? 0 : poisson(size, random) / size;
      }
    },
  };
}

/** Patches, each by itself. */
export function singlePatches(count: number): Units {
  return patchUnits(
    Int32Array.from({ length: count }, (_, patch) => patch),
    count,
  );
}

const manyEvents = 40; // from here on the normal distribution does as well, and faster

/** A Poisson number, by inversion; of large means the normal one. */
function poisson(mean: number, random: RandomStream): number {
  if (mean > manyEvents) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.nextUniform()));
    const normal = radius * Math.cos(2 * Math.PI * random.nextUniform());
    return Math.max(0, mean + Math.sqrt(mean) * normal);
  }
  let share = Math.exp(-mean);
  let left = random.nextUniform() - share;
  let events = 0;
  while (left > 0 && events < 4 * manyEvents) {
    events++;
    share *= mean / events;
    left -= share;
  }
  return events;
}
