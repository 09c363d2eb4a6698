import type { Interval } from '../evaluate/interval.js';
import { figureText } from './figure-glossary.js';
import { type Html, html } from './html.js';
import { intervalMark, minus, rangeText } from './interval-mark.js';

/** A figure, what it means, and how sure it is. */
export interface FigureRow {
  readonly title: string;
  readonly meaning: string;
  /** Null: there is no value for these patches. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** True if it lies in [0, 1] and shall be drawn on that scale. */
  readonly isShare: boolean;
}

/** Figures with their intervals, a row each. */
export function figuresTable(caption: string, rows: readonly FigureRow[]): Html {
  return html`<div class="scroll"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">figure</th><th scope="col">value</th><th scope="col">95&nbsp;% interval</th><th scope="col" class="wide"><span class="ends"><span>0</span><span>0.5</span><span>1</span></span></th></tr></thead>
<tbody>${rows.map(figureRow)}</tbody>
</table></div>`;
}

function figureRow({ title, meaning, value, interval, isShare }: FigureRow): Html {
  const mark = isShare && value !== null ? intervalMark(value, interval) : null;
  return html`<tr>
<th scope="row" class="figure-name">${title}<small>${meaning}</small></th>
<td><strong>${minus(figureText(value))}</strong></td>
<td class="range">${interval === null ? '–' : html`${rangeText(interval)}<small>${interval.method}</small>`}</td>
<td class="wide">${mark}</td>
</tr>`;
}
