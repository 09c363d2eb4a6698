import type { Confusion } from '../evaluate/confusion.js';
import { countText } from './count-text.js';
import { type Html, html } from './html.js';

/** Answers by truth, each cell shaded by its share of the row. */
export function confusionTable(caption: Html, { tn, fp, fn, tp }: Confusion): Html {
  return html`<table class="confusion">
<caption>${caption}</caption>
<thead><tr><td></td><th scope="col">called normal</th><th scope="col">called tumour</th></tr></thead>
<tbody>
<tr><th scope="row">normal</th>${cell(tn, tn + fp)}${cell(fp, tn + fp)}</tr>
<tr><th scope="row">tumour</th>${cell(fn, fn + tp)}${cell(tp, fn + tp)}</tr>
</tbody>
</table>`;
}

const darkest = 45; // percent of the accent: text on it keeps its contrast

function cell(count: number, ofRow: number): Html {
  const share = ofRow === 0 ? 0 : count / ofRow;
  return html`<td style="--share: ${(darkest * share).toFixed(1)}%"><span>${countText(count)}</span><small>${(100 * share).toFixed(1)}\u00a0%</small></td>`;
}
