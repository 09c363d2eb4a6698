import { readLabels } from '../../src/data/labels.js';
import type { Patch } from '../../src/data/patch.js';
import { readPatch } from '../../src/data/read-patch.js';
import { fixturePatches } from '../fixture-patches.js';

/** The 160 patches of the fixture, decoded. */
export async function readFixture(): Promise<Patch[]> {
  const patches = await readLabels({ ...fixturePatches, groupColumn: null, limit: null });
  return Promise.all(patches.map(({ path }) => readPatch(path)));
}

/** A patch of the colour that a function gives each pixel, in levels. */
export function drawPatch(
  sizePx: number,
  colourAt: (row: number, column: number) => readonly [number, number, number],
): Patch {
  const pixels = new Uint8Array(3 * sizePx ** 2);
  for (let at = 0; at < sizePx ** 2; at++) {
    pixels.set(colourAt(Math.floor(at / sizePx), at % sizePx), 3 * at);
  }
  return { pixels, widthPx: sizePx, heightPx: sizePx, notice: null };
}

/** The patch as it looks after moving the pixel of each place to another one. */
export function movePixels(
  patch: Patch,
  originOf: (row: number, column: number, last: number) => readonly [number, number],
): Patch {
  const { pixels, widthPx: size } = patch;
  return drawPatch(size, (row, column) => {
    const [y, x] = originOf(row, column, size - 1);
    const at = 3 * (y * size + x);
    return [pixels[at], pixels[at + 1], pixels[at + 2]] as [number, number, number];
  });
}
