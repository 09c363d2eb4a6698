import type { Patch } from '../data/patch.js';

/** The brightness of a patch. */
export interface Luma {
  /** Shape [heightPx, widthPx], in 256ths of a level: whole numbers in [0, 65,280]. */
  readonly values: Int32Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * The luma of each pixel, in whole numbers, so that sums over turned patches are the same to the
 * last bit.
 *
 * @see ITU-R BT.601, as JPEG has it: 0.299 R + 0.587 G + 0.114 B
 */
export function lumaOf({ pixels, widthPx, heightPx }: Patch): Luma {
  const values = new Int32Array(widthPx * heightPx);
  let at = 0;
  for (let pixel = 0; pixel < values.length; pixel++) {
    const red = pixels[at++] as number;
    const green = pixels[at++] as number;
    const blue = pixels[at++] as number;
    values[pixel] = 77 * red + 150 * green + 29 * blue;
  }
  return { values, widthPx, heightPx };
}
