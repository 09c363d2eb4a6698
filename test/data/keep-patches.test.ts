import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patchReader } from '../../src/data/keep-patches.js';
import { readPatch } from '../../src/data/read-patch.js';
import { fixturePatches } from '../fixture-patches.js';

const free = vi.hoisted(() => ({ bytes: 2 ** 40 }));
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  freemem: () => free.bytes,
}));

const patchBytes = 96 * 96 * 3;
let folder = '';
let paths: string[] = [];
beforeEach(async () => {
  free.bytes = 2 ** 40;
  folder = await mkdtemp(join(tmpdir(), 'histo-keep-'));
  const names = (await readdir(fixturePatches.images)).slice(0, 3);
  paths = names.map((name) => join(folder, name));
  for (const [index, name] of names.entries()) {
    await copyFile(join(fixturePatches.images, name), paths[index] as string);
  }
});
afterEach(() => rm(folder, { recursive: true }));

/** Which of the patches can still be read once all files are junk. */
async function keptOf(cache: 'auto' | 'ram' | 'off'): Promise<boolean[]> {
  const read = patchReader(cache);
  const before = await Promise.all(paths.map((path) => readPatch(path)));
  for (const path of paths) await read(path);
  for (const path of paths) await writeFile(path, 'junk');
  return Promise.all(
    paths.map((path, index) =>
      read(path).then(
        ({ pixels }) =>
          Buffer.compare(pixels, (before[index] as { pixels: Uint8Array }).pixels) === 0,
        () => false,
      ),
    ),
  );
}

describe('patchReader', () => {
  it('keeps every patch in memory', async () => {
    expect(await keptOf('ram')).toEqual([true, true, true]);
  });

  it('keeps none where it shall not', async () => {
    expect(await keptOf('off')).toEqual([false, false, false]);
  });

  it('keeps what fills a quarter of the free memory', async () => {
    free.bytes = 4 * 2 * patchBytes + 100;
    expect(await keptOf('auto')).toEqual([true, true, false]);
  });

  it('counts a patch once that is read twice at the same time', async () => {
    free.bytes = 4 * 2 * patchBytes + 100;
    const read = patchReader('auto');
    const [first = '', second = ''] = paths;
    await Promise.all([read(first), read(first), read(first)]);
    await read(second);
    await writeFile(second, 'junk');
    expect((await read(second)).widthPx).toBe(96);
  });
});
