import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cache, keepPatches } from '../../src/data/keep-patches.js';
import { readPatch } from '../../src/data/read-patch.js';
import { useTemporaryCache } from '../engine/install/temporary-cache.js';
import { useCopiedPatches } from './copied-patches.js';

const memory = vi.hoisted(() => ({ freeBytes: 0 }));
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  freemem: () => memory.freeBytes,
}));
const disk = vi.hoisted(() => ({ freeBytes: 0 }));
vi.mock('../../src/free-disk.js', () => ({ freeBytes: async () => disk.freeBytes }));

const patchBytes = 96 * 96 * 3;
const cache = useTemporaryCache();
const copied = useCopiedPatches(3);
const signal = new AbortController().signal;
beforeEach(() => {
  Object.assign(memory, { freeBytes: 2 ** 40 });
  Object.assign(disk, { freeBytes: 2 ** 40 });
});

/** Where patches are kept: packs in the cache, what can be read once all files are junk, notes. */
async function look(choice: Cache) {
  const notes: string[] = [];
  const kept = await keepPatches(choice, copied.paths, { signal, onNotice: (n) => notes.push(n) });
  const before = await Promise.all(copied.paths.map((path) => readPatch(path)));
  for (const [index, path] of copied.paths.entries()) {
    const { pixels } = await kept.read(path);
    expect(Buffer.compare(pixels, before[index]?.pixels ?? Buffer.alloc(0))).toBe(0);
  }
  for (const path of copied.paths) await writeFile(path, 'junk');
  const reads = await Promise.allSettled(copied.paths.map((path) => kept.read(path)));
  await kept.close();
  return {
    packs: (await readdir(join(cache.folder, 'patches')).catch(() => [])).length,
    readable: reads.filter(({ status }) => status === 'fulfilled').length,
    notes,
  };
}

describe('keepPatches', () => {
  it('keeps all in memory where it is told', async () => {
    memory.freeBytes = 0;
    expect(await look('ram')).toEqual({ packs: 0, readable: 3, notes: [] });
  });

  it('keeps all on the disk where it is told', async () => {
    expect(await look('disk')).toEqual({ packs: 1, readable: 3, notes: [] });
  });

  it('keeps none where it is told', async () => {
    expect(await look('off')).toEqual({ packs: 0, readable: 0, notes: [] });
  });

  it('takes the memory by itself if a quarter of it holds all', async () => {
    memory.freeBytes = 4 * 3 * patchBytes;
    expect(await look('auto')).toEqual({ packs: 0, readable: 3, notes: [] });
  });

  it('takes the disk by itself if half of it holds all', async () => {
    memory.freeBytes = 4 * 3 * patchBytes - 4;
    disk.freeBytes = 2 * 3 * patchBytes;
    expect(await look('auto')).toEqual({ packs: 1, readable: 3, notes: [] });
  });

  it('takes a quarter of the memory if neither holds all, and says why', async () => {
    memory.freeBytes = 4 * 2 * patchBytes + 400;
    disk.freeBytes = 2 * 3 * patchBytes - 2;
    const { packs, readable, notes } = await look('auto');
    expect({ packs, readable }).toEqual({ packs: 0, readable: 2 });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      /^Note: Cannot write ".*\.pack": expected 166 kB of free disk, got 166 kB; free some space/,
    );
  });

  it('takes more than half of the disk only where it is told', async () => {
    disk.freeBytes = 3 * patchBytes;
    expect(await look('disk')).toEqual({ packs: 1, readable: 3, notes: [] });
  });

  it('finds a pack whatever room is left', async () => {
    await writeFile(join(cache.folder, 'unrelated'), '');
    const first = await keepPatches('disk', copied.paths, { signal, onNotice: () => {} });
    for (const path of copied.paths) await first.read(path);
    await first.close();
    Object.assign(memory, { freeBytes: 0 });
    Object.assign(disk, { freeBytes: 0 });
    const second = await keepPatches('auto', copied.paths, { signal, onNotice: () => {} });
    expect(second.place).toMatch(/\.pack$/);
    await second.close();
  });

  it('goes on in memory where the folder cannot be made', async () => {
    await writeFile(join(cache.folder, 'patches'), 'a file');
    const { readable, notes } = await look('disk');
    expect(readable).toBe(3);
    expect(notes).toEqual([
      expect.stringContaining('a file stands where a folder is needed: choose another name'),
    ]);
  });
});
