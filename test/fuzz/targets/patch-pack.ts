import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DamagedPackError, PatchPack } from '../../../src/data/patch-pack.js';
import { UserError } from '../../../src/errors.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

const patch = { pixels: new Uint8Array(12).fill(7), widthPx: 2, heightPx: 2, notice: 'grey' };

export const target: FuzzTarget = {
  seeds: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'histo-seed-'));
    const path = join(folder, 'a.pack');
    const pack = await PatchPack.create(path, 2, patch);
    await pack.write(0, patch);
    await pack.write(1, { ...patch, notice: null });
    await pack.seal('abc');
    await pack.close();
    const bytes = await readFile(path);
    await rm(folder, { recursive: true });
    return [bytes];
  },
  tokens: ['histo patches 1\n', '"sums":', '[', ']', '{', '}', '-1', 'null'],
  run: async (input, folder) => {
    const path = join(folder, 'a.pack');
    await writeFile(path, input);
    await readRows(path).catch((error: unknown) => {
      if (error instanceof DamagedPackError) throw new UserError(error.message); // written anew then
      throw error;
    });
  },
};

/** Reads both rows of a pack. */
export async function readRows(path: string): Promise<void> {
  const pack = await PatchPack.open(path, 2, 'abc');
  try {
    for (const row of [0, 1]) {
      const { pixels, widthPx, heightPx } = await pack.read(row);
      expectThat(pixels.length === 3 * widthPx * heightPx, 'three bytes a pixel');
    }
  } finally {
    await pack.close();
  }
}
