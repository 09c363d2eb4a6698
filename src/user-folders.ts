import { join } from 'node:path';
import envPaths from 'env-paths';

/**
 * The folder for what can be fetched again: engines, weights. `HISTO_CACHE` overrides the
 * platform's own (`~/.cache/histo` on Linux).
 */
export function cacheFolder(...parts: readonly string[]): string {
  const root = process.env['HISTO_CACHE'] ?? envPaths('histo', { suffix: '' }).cache;
  return join(root, ...parts);
}
