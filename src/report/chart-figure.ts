import type { Chart } from './charts/draw-chart.js';
import { Html, html } from './html.js';

/** A plot with its caption; nothing where there is no plot. */
export function chartFigure(chart: Chart | null, caption: Html): Html | null {
  if (chart === null) return null;
  return html`<figure>${new Html(chart)}<figcaption>${caption}</figcaption></figure>`;
}
