import type { PatchBatch } from './preprocess.js';

/** What is averaged over in scoring: `d4`, the eight flips and quarter turns of the square. */
export type TestTimeAugmentation = 'd4';

/**
 * The batch in the eight ways that a square falls onto itself: the crop that the network sees is
 * flipped and turned, after it was cut out. Exact, for where a pixel comes from is told in whole
 * numbers; the pixels are not copied.
 *
 * @param cropPx Side of the crop.
 * @returns Eight batches, the first of them as given.
 * @see Cohen & Welling 2016, arXiv:1602.07576, section 4 (the group p4m)
 */
export function d4Views(batch: PatchBatch, cropPx: number): readonly PatchBatch[] {
  const views = [batch.steps];
  // Two reflections by turns: each pair is a quarter turn, and four of these close the circle.
  for (let view = 1; view < 8; view++) {
    const before = views.at(-1) as Int32Array;
    views.push(eachPatch(before, view % 2 === 1 ? mirrored(cropPx) : transposed));
  }
  return views.map((steps) => ({ ...batch, steps }));
}

/** Where pixel (x, y) comes from on one axis of the patch: by x, by y, at (0, 0). */
type Axis = readonly [byX: number, byY: number, start: number];

function mirrored(cropPx: number): (axis: Axis) => Axis {
  return ([byX, byY, start]) => [-byX, byY, start + byX * (cropPx - 1)];
}

function transposed([byX, byY, start]: Axis): Axis {
  return [byY, byX, start];
}

function eachPatch(steps: Int32Array, turn: (axis: Axis) => Axis): Int32Array {
  const turned = new Int32Array(steps.length);
  for (let at = 0; at < steps.length; at += 3) {
    turned.set(turn(steps.subarray(at, at + 3) as Iterable<number> as Axis), at);
  }
  return turned;
}
