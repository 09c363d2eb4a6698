import type { SetFindings } from '../../check/data-findings.js';
import { countText } from '../count-text.js';
import { dataTable } from '../data-table.js';
import { flawKinds, flawNames } from '../flaw-names.js';
import { type Html, html } from '../html.js';
import type { Section } from '../page.js';

/** Each set in figures: patches, class balance, slides, copies, flaws. */
export function setsSection(sets: readonly SetFindings[]): Section {
  const rows: [name: string, cellOf: (set: SetFindings) => string][] = [
    ['patches', ({ patches }) => countText(patches)],
    ['tumour', ({ tumour, patches }) => withShare(tumour, patches)],
    ['normal', ({ normal, patches }) => withShare(normal, patches)],
    ['slides', ({ slides }) => (slides === null ? 'not known' : countText(slides))],
    ['copies', ({ copies }) => countText(copies)],
    ...flawKinds.map((kind): [string, (set: SetFindings) => string] => [
      flawNames[kind],
      ({ flaws }) => countText(flaws[kind]),
    ]),
  ];
  return {
    id: 'sets',
    heading: 'Sets',
    note: html`<p>Copies are patches that show the same as an earlier one of their set. Converted are files that are not 8-bit RGB; they can be used.</p>`,
    body: html`<dl class="headline">${sets.map(headline)}</dl>
${dataTable({
  caption: 'Patches of each set',
  head: ['', ...sets.map(({ name }) => name)],
  rows: rows.map(([name, cellOf]) => [name, ...sets.map(cellOf)]),
})}
<p class="soft">${sets.map(({ name, labels, images }) => html`${name}: <span class="mono">${labels}</span>, patches in <span class="mono">${images}</span><br>`)}</p>`,
  };
}

function headline({ name, patches, tumour, slides }: SetFindings): Html {
  const ofSlides = slides === null ? 'slides not known' : `${countText(slides)} slides`;
  return html`<div class="${name === 'train' ? 'first' : 'other'}"><dt>${name}</dt><dd><span class="value">${countText(patches)}</span><span class="sure">${shareText(tumour, patches)} tumour, ${ofSlides}</span></dd></div>`;
}

function withShare(count: number, all: number): string {
  return `${countText(count)} (${shareText(count, all)})`;
}

function shareText(count: number, all: number): string {
  return `${((100 * count) / all).toFixed(1)}\u00a0%`;
}
