import { cropSteps } from './augment.js';
import type { Batch } from './batches.js';

/**
 * A batch whose patches are made as large as a crop needs them: mirrored at their right and lower edges,
 * again and again. One that is large enough comes back as it is.
 *
 * @param cropPx Side of the crop of the new patches, and of these where they were smaller.
 */
export function mirroredBatch(batch: Batch, cropPx: number): Batch {
  const { pixels, size, widthPx, heightPx } = batch;
  const patch = { widthPx: Math.max(widthPx, cropPx), heightPx: Math.max(heightPx, cropPx) };
  const steps = Int32Array.from(cropSteps(null, patch, cropPx));
  const [columns, rows] = [mirrored(widthPx, patch.widthPx), mirrored(heightPx, patch.heightPx)];
  const larger = new Uint8Array(3 * size * patch.widthPx * patch.heightPx);
  let to = 0;
  for (let patchAt = 0; patchAt < size; patchAt++) {
    for (const row of rows) {
      for (const column of columns) {
        const from = 3 * ((patchAt * heightPx + row) * widthPx + column);
        larger.set(pixels.subarray(from, from + 3), to);
        to += 3;
      }
    }
  }
  return { ...batch, ...patch, steps, pixels: larger };
}

/** Which pixels of a side a longer one shows: 0 1 2 2 1 0 0 1 … of 3. */
function mirrored(sidePx: number, longerPx: number): number[] {
  return Array.from({ length: longerPx }, (_, at) => {
    const place = at % (2 * sidePx);
    return place < sidePx ? place : 2 * sidePx - 1 - place;
  });
}
