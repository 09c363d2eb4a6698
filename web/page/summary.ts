import type { PageFacts, PageThreshold } from '../../src/export/web/page-facts.js';
import { countText } from '../../src/report/count-text.js';
import type { ListedPatch } from './listed-patch.js';

/**
 * What is said of all patches at once.
 *
 * @example '10 patches: 4 tumour, 6 normal at 0.5; 41 ms a patch'
 */
export function summaryText(
  patches: readonly Pick<ListedPatch, 'margin' | 'timeMs'>[],
  { classNames }: Pick<PageFacts, 'classNames'>,
  { title, margin }: Pick<PageThreshold, 'title' | 'margin'>,
): string {
  if (patches.length === 0) return 'No patch was scored';
  const second = patches.filter((patch) => patch.margin >= margin).length;
  const [normal, tumour] = [patches.length - second, second].map(countText);
  const times = patches.map(({ timeMs }) => timeMs).sort((a, b) => a - b);
  const medianMs = (times[Math.floor(times.length / 2)] as number).toFixed(0);
  const count = countText(patches.length);
  return `${count} ${patches.length === 1 ? 'patch' : 'patches'}: ${tumour} ${classNames[1]}, ${normal} ${classNames[0]} at ${title}; ${medianMs} ms a patch`;
}
