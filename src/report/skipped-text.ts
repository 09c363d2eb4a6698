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
  return `${counted(skipped.length, 'patch', 'patches')} of ${total} (${share} %) left out as not usable: ${shownOf(skipped)}`;
}

/**
 * How many patches went bad while a run was under way.
 *
 * @returns Null: none did.
 */
export function lostText(lost: readonly SkippedPatch[]): string | null {
  if (lost.length === 0) return null;
  return `${counted(lost.length, 'patch', 'patches')} went bad during the run, which from then on was without them and cannot be repeated bit for bit: ${shownOf(lost)}`;
}

function shownOf(skipped: readonly SkippedPatch[]): string {
  const shown = skipped
    .slice(0, shownPatches)
    .map(({ id, why }) => `${JSON.stringify(id)} (${why})`);
  return [...shown, ...(skipped.length > shownPatches ? ['…'] : [])].join(', ');
}
