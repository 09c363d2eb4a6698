import { type Html, html } from '../html.js';
import type { Section } from '../page.js';
import type { PatchSample } from '../patch-picture.js';
import { answerLines, patchSheet } from '../patch-sheet.js';
import type { PatchSamples } from '../report-contents.js';

const sheets = [
  ['wrong', 'Wrong, the surest first'],
  ['leastSure', 'Least sure'],
  ['right', 'Right, the first ones of the file'],
] as const satisfies readonly (readonly [keyof PatchSamples, string])[];

/** Patches worth a look: wrong ones, ones it is least sure of, right ones. */
export async function patchesSection(samples: PatchSamples): Promise<Section> {
  const parts: Html[] = [];
  for (const [kind, heading] of sheets) {
    if (samples[kind].length > 0) parts.push(await samplesSheet(heading, samples[kind]));
  }
  const hasHeat = sheets.some(([kind]) => samples[kind].some(({ heat }) => heat !== null));
  const heatNote = hasHeat
    ? html`<p>Beside it, Grad-CAM: where the evidence for the answer lies.<br><span class="range">little<span class="scale"></span>much</span><br>It shows what the network looked at, not why, and is no segmentation.</p>`
    : html`<p>There is no Grad-CAM: an exported model gives scores and takes no gradients. A report of its checkpoint has it.</p>`;
  return {
    id: 'patches',
    heading: 'Patches',
    note: html`<p>The square is what the model sees. Below it the label, the answer at 0.5 and the probability p of tumour, also as a mark on the line from 0 to 1.</p>${heatNote}`,
    body: html`${parts}`,
  };
}

async function samplesSheet(heading: string, samples: readonly PatchSample[]): Promise<Html> {
  const cards = samples.map((patch) => ({ pictures: [patch], lines: answerLines(patch) }));
  return html`<h3>${heading}</h3>${await patchSheet(cards)}`;
}
