import type { Disagreement } from '../../evaluate/largest-disagreements.js';
import type { CompareContents } from '../compare-contents.js';
import { differenceText } from '../comparison-words.js';
import { dataTable } from '../data-table.js';
import { type Html, html } from '../html.js';
import { minus, percent } from '../interval-mark.js';
import type { Section } from '../page.js';
import type { PatchPicture } from '../patch-picture.js';
import { patchSheet } from '../patch-sheet.js';

/** The patches on which two models differ most: as pictures, or as a table where none are at hand. */
export async function disagreementsSection(contents: CompareContents): Promise<Section> {
  const { disagreements, pictures } = contents;
  return {
    id: 'disagreements',
    heading: 'Where they disagree',
    note: html`<p>The patches whose probability of tumour differs most between A and B, the largest difference first.</p>${pictures === null ? null : html`<p>Below a patch its label, and both probabilities as marks on the line from 0 to 1: A wide, B thin.</p>`}`,
    body: await bodyOf(disagreements, pictures),
  };
}

async function bodyOf(
  disagreements: readonly Disagreement[],
  pictures: readonly PatchPicture[] | null,
): Promise<Html> {
  if (disagreements.length === 0) {
    return html`<p>Nowhere: both give every patch the same probability.</p>`;
  }
  if (pictures !== null) {
    const cards = disagreements.map((patch, at) => ({
      pictures: [pictures[at] as PatchPicture],
      lines: bothAnswers(patch),
    }));
    return patchSheet(cards);
  }
  return html`<p>Pictures are not shown: name the folder of the patches with <code>--images</code>.</p>
${disagreementsTable(disagreements)}`;
}

function bothAnswers({ label, first, second }: Disagreement): Html {
  return html`<span class="says">${className(label)} <span>A ${first.toFixed(3)}</span> <span>B ${second.toFixed(3)}</span></span>
<span class="meter" aria-hidden="true"><i class="a" style="--at: ${percent(first)}"></i><i style="--at: ${percent(second)}"></i></span>`;
}

function disagreementsTable(disagreements: readonly Disagreement[]): Html {
  return dataTable({
    caption: 'Probability of tumour',
    head: ['patch', 'label', 'A', 'B', 'A − B'],
    rows: disagreements.map(({ id, label, first, second }) => [
      html`<span class="id">${id}</span>`,
      className(label),
      first.toFixed(4),
      second.toFixed(4),
      minus(differenceText(first - second)),
    ]),
  });
}

function className(label: 0 | 1): Html {
  const name = label === 1 ? 'tumour' : 'normal';
  return html`<span class="class ${name}">${name}</span>`;
}
