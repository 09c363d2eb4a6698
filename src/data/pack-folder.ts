import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../atomic-file.js';
import { listAbandoned, ownedName } from '../owned-name.js';
import { cacheFolder } from '../user-folders.js';

const keptPacks = 3;
const temporaryPrefix = '.pack';

/** The folder of the packs, all of which can be deleted at any time. */
export function packFolder(): string {
  return cacheFolder('patches');
}

/** Where the pack of so named files stands. */
export function packPath(digest: string): string {
  return join(packFolder(), `${digest.slice(0, 32)}.pack`);
}

/** Where this process writes a pack. */
export function temporaryPack(): string {
  return join(packFolder(), ownedName(temporaryPrefix));
}

/** Makes the folder, and removes what runs that were killed have begun there. */
export async function preparePackFolder(): Promise<void> {
  const folder = packFolder();
  await makeFolder(folder);
  for (const name of await listAbandoned(folder, temporaryPrefix)) {
    await rm(join(folder, name), { force: true }).catch(() => {}); // the next run tries again
  }
}

/** Notes that a pack is used now. */
export async function markUsed(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {}); // somebody else's, perhaps: then it counts as older
}

/**
 * Removes all but the two packs that were used last, to make room for a third. A run that reads a
 * removed one is not disturbed.
 */
export async function removeOldPacks(): Promise<void> {
  const folder = packFolder();
  const names = (await readdir(folder)).filter((name) => name.endsWith('.pack'));
  const packs = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return {
        path,
        usedMs: await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      };
    }),
  );
  packs.sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of packs.slice(keptPacks - 1)) {
    await rm(path, { force: true }).catch(() => {}); // the next run tries again
  }
}
