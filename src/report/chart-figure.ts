import type { Chart } from './charts/draw-chart.js';
import { Html, html } from './html.js';

/** A plot with its caption. */
export function chartFigure(chart: Chart, caption: Html): Html {
  return html`<figure>${new Html(chart)}<figcaption>${caption}</figcaption></figure>`;
}
