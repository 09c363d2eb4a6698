import { type Html, type HtmlValue, html } from './html.js';

/** A table of a header and rows; the first cell of a row is its header. */
export interface DataTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly HtmlValue[])[];
  /** Whether, where a page is narrow, each row becomes a list of its figures, so that none is out of sight. */
  readonly stacks?: boolean;
}

/** A table that scrolls by itself where a page is narrow. Numbers stand to the right. */
export function dataTable({ caption, head, rows, stacks = false }: DataTable): Html {
  return html`<div class="${stacks ? 'scroll stack' : 'scroll'}"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => dataRow(row, stacks ? head : null))}</tbody>
</table></div>`;
}

/** @param head Names that go with the cells where the row becomes a list; null: it does not. */
function dataRow([name, ...cells]: readonly HtmlValue[], head: readonly string[] | null): Html {
  const all = cells.map((cell, at) =>
    head === null
      ? html`<td>${cell}</td>`
      : html`<td data-name="${head[at + 1] ?? ''}">${cell}</td>`,
  );
  return html`<tr><th scope="row">${name ?? null}</th>${all}</tr>`;
}
