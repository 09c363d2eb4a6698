import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Gives each test of a file an empty cache folder of its own. */
export function useTemporaryCache(): { readonly folder: string } {
  const cache = { folder: '' };
  const names = ['HISTO_CACHE', 'HISTO_TENSORFLOW', 'HISTO_INDEX_URL', 'HISTO_WEIGHTS_MIRROR'];
  const before = names.map((name) => [name, process.env[name]] as const);
  beforeEach(async () => {
    cache.folder = await mkdtemp(join(tmpdir(), 'histo-test-'));
    for (const name of names) delete process.env[name];
    process.env['HISTO_CACHE'] = cache.folder;
  });
  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await rm(cache.folder, { recursive: true, force: true });
  });
  return cache;
}

/** Every file below a folder, with `/`, sorted; empty where there is no folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
