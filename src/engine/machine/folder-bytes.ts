import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The total size of the files below a folder; 0 where there is none. Links are not followed. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  let bytes = 0;
  for (const name of names) {
    const found = await lstat(join(folder, name)).catch(() => null); // it may be gone by now
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}
