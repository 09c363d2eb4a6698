import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { fixturePatches } from '../fixture-patches.js';

/** Gives each test of a file copies of some real patches, to change as it likes. */
export function useCopiedPatches(count: number): { folder: string; paths: string[] } {
  const copied = { folder: '', paths: [] as string[] };
  beforeEach(async () => {
    copied.folder = await mkdtemp(join(tmpdir(), 'histo-patches-'));
    const names = (await readdir(fixturePatches.images)).slice(0, count);
    copied.paths = names.map((name) => join(copied.folder, name));
    for (const [index, name] of names.entries()) {
      await copyFile(join(fixturePatches.images, name), copied.paths[index] as string);
    }
  });
  afterEach(() => rm(copied.folder, { recursive: true }));
  return copied;
}
