import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { keepPatches } from '../../src/data/keep-patches.js';
import { readPatch } from '../../src/data/read-patch.js';
import { useTemporaryCache } from '../engine/install/temporary-cache.js';
import { useCopiedPatches } from './copied-patches.js';

/** A disk that takes so many writes and is full then. */
const disk = vi.hoisted(() => ({ writesLeft: 0 }));
vi.mock('node:fs', async (original) => {
  const { promisify } = await import('node:util');
  const fs = await original<typeof import('node:fs')>();
  const writeTo = promisify(fs.write);
  const writeOrRefuse = async (...args: Parameters<typeof writeTo>) => {
    if (disk.writesLeft-- > 0) return writeTo(...args);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  const write = Object.assign(() => {}, { [promisify.custom]: writeOrRefuse });
  return { ...fs, write };
});

const cache = useTemporaryCache();
const copied = useCopiedPatches(10);
let notes: string[] = [];
beforeEach(() => {
  notes = [];
});

it.each([0, 4, 10])('a disk that is full after %i writes is told once', async (writes) => {
  disk.writesLeft = writes; // of ten patches and an index
  const kept = await keepPatches('disk', copied.paths, {
    signal: new AbortController().signal,
    onNotice: (notice) => notes.push(notice),
  });
  for (let epoch = 0; epoch < 2; epoch++) {
    await Promise.all(
      copied.paths.map(async (path) => {
        const [{ pixels }, expected] = [await kept.read(path), await readPatch(path)];
        expect(Buffer.compare(pixels, expected.pixels)).toBe(0);
      }),
    );
  }
  await kept.close();
  expect(notes).toEqual([
    expect.stringMatching(
      /^Note: Cannot write ".*\.pack": the disk is full: free some space; decoded patches are kept in memory, as far as it holds them$/,
    ),
  ]);
  expect(await readdir(join(cache.folder, 'patches'))).toEqual([]);
});
