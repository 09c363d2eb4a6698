import { createHash } from 'node:crypto';
import { stat } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { histoVersion } from '../version.js';

const statOf = promisify(stat); // cheaper than that of fs/promises, as 220,025 files are looked at
const looksAtOnce = 64;

/**
 * What tells that a file is the one that it was: its size and, in nanoseconds, when its content and
 * when the file itself last changed. The last one moves with every change and cannot be set back,
 * so a file that was overwritten is known even if its size and its date of change were restored.
 *
 * @returns A text to compare; that of all files that cannot be looked at is the same.
 */
export async function fileMark(path: string): Promise<string> {
  return statOf(path, { bigint: true }).then(
    ({ size, mtimeNs, ctimeNs }) => `${size} ${mtimeNs} ${ctimeNs}`,
    () => 'unreadable', // who reads the file will say why
  );
}

/** The mark of each file, in the order of the paths. 220,025 files take some seconds. */
export async function fileMarks(paths: readonly string[], signal: AbortSignal): Promise<string[]> {
  const marks: string[] = [];
  for (let start = 0; start < paths.length; start += looksAtOnce) {
    signal.throwIfAborted();
    marks.push(...(await Promise.all(paths.slice(start, start + looksAtOnce).map(fileMark))));
  }
  return marks;
}

/**
 * Names what is read from files as they are now: sha256 over their absolute paths, their marks and
 * the versions of what reads them, in hexadecimal.
 */
export function filesDigest(paths: readonly string[], marks: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([histoVersion, sharp.versions]));
  for (const [index, path] of paths.entries()) {
    hash.update(`${JSON.stringify([resolve(path), marks[index]])}\n`);
  }
  return hash.digest('hex');
}
