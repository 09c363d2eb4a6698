import { counted } from '../counted.js';
import type { SkippedPatch } from './report-contents.js';

const shownPatches = 3;

/**
 * How many patches were left out because they could not be used, and the first of them.
 *
 * @param total How many patches there were in all.
 * @returns Null: none was.
 */
export function skippedText(skipped: readonly SkippedPatch[], total: number): string | null {
  if (skipped.length === 0) return null;
  const share = ((100 * skipped.length) / total).toFixed(2);
  const shown = skipped.slice(0, shownPatches).map(({ id, why }) => `${JSON.stringify(id)} (${why})`);
  const more = skipped.length > shownPatches ? ', …' : '';
  return `${counted(skipped.length, 'patch', 'patches')} of ${total} (${share} %) could not be used and were left out: ${shown.join(', ')}${more}`;
}
