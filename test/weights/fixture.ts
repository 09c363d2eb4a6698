import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packageFolder } from '../../src/package-folder.js';
import type { ForeignWeights } from '../../src/weights/foreign-weights.js';
import { readForeignWeights } from '../../src/weights/read-foreign-weights.js';

/** The path of a file that write-fixtures.py or write-keras-fixtures.py has written. */
export function fixturePath(name: string): string {
  return join(packageFolder, 'test', 'fixtures', 'weights', name);
}

/** A file that is kept gzipped, as Keras' are, unzipped into a folder. */
export async function unzippedFixture(name: string, folder: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, gunzipSync(await readFile(fixturePath(`${name}.gz`))));
  return path;
}

/** Reads foreign weights without an interruption. */
export function readWeights(path: string): Promise<ForeignWeights> {
  return readForeignWeights(path, { signal: new AbortController().signal, timeoutMs: 30_000 });
}

/** The message of what reading a file throws. */
export async function refusalOf(path: string): Promise<string> {
  const error = await readWeights(path).then(
    () => new Error('nothing was refused'),
    (thrown: Error) => thrown,
  );
  return `${error.name}: ${error.message}`;
}
