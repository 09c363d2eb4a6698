import { counted } from '../../counted.js';
import { dataTable } from '../data-table.js';
import { html } from '../html.js';
import type { Section } from '../page.js';
import type { SkippedPatch } from '../report-contents.js';

const shownPatches = 100;

/** The patches that were left out because they could not be used. */
export function skippedSection(skipped: readonly SkippedPatch[]): Section {
  const more = skipped.length - shownPatches;
  return {
    id: 'skipped',
    heading: 'Patches left out',
    note: html`<p>${counted(skipped.length, 'patch', 'patches')} could not be used, and no figure on this page is of them${more > 0 ? `; the first ${shownPatches} are shown, all are in metrics.json` : ''}.</p>`,
    body: dataTable({
      caption: 'Why they could not be used',
      head: ['Patch', 'Why'],
      rows: skipped.slice(0, shownPatches).map(({ id, why }) => [id, why]),
    }),
  };
}
