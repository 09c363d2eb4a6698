import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../shared', import.meta.url));

/** True where the shared reference data stand beside the checkout; tests that need them skip elsewhere. */
export const hasShared = existsSync(join(root, 'golden'));

if (!hasShared) {
  process.stderr.write(
    `Tests of the reference figures are SKIPPED, since "${join(root, 'golden')}" is not there\n`,
  );
}

/** The path of a file of the shared reference data. */
export function sharedPath(...parts: readonly string[]): string {
  return join(root, ...parts);
}

/** Parses a JSON file of reference figures, such as `onecycle.json`. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(sharedPath('golden', name), 'utf8')) as T;
}
