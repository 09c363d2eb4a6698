import { type Html, type HtmlValue, html } from './html.js';

/** A table of a header and rows; the first cell of a row is its header. */
export interface DataTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly HtmlValue[])[];
}

/** A table that scrolls by itself where a page is narrow. Numbers stand to the right. */
export function dataTable({ caption, head, rows }: DataTable): Html {
  return html`<div class="scroll"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(dataRow)}</tbody>
</table></div>`;
}

function dataRow([name, ...cells]: readonly HtmlValue[]): Html {
  return html`<tr><th scope="row">${name ?? null}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}
