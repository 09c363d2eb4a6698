import { chartFigure } from '../chart-figure.js';
import { precisionRecallChart } from '../charts/precision-recall-chart.js';
import { rocChart } from '../charts/roc-chart.js';
import { figureText } from '../figure-glossary.js';
import { type Html, html } from '../html.js';
import { rangeText } from '../interval-mark.js';
import type { Section } from '../page.js';
import type { ReportContents } from '../report-contents.js';

/** How well the classes are told apart, whatever the threshold: ROC and precision by recall. */
export async function discriminationSection({
  evaluation,
  curves,
}: ReportContents): Promise<Section> {
  const { operating_points: points, examples, positives } = evaluation;
  const charts: Html[] = [];
  if (curves.roc !== null) {
    const interval = evaluation.intervals.roc_auc;
    charts.push(
      chartFigure(
        await rocChart(curves.roc, points, evaluation.roc_auc),
        html`<strong>ROC.</strong> Area ${figureText(evaluation.roc_auc)}${interval === null ? '' : ` (${rangeText(interval)}, ${interval.method})`}. The band holds the sensitivity in 95\u00a0% of resamples at each specificity (${curves.roc.band.method}). Dotted: chance.`,
      ),
    );
  }
  if (curves.precision_recall !== null) {
    charts.push(
      chartFigure(
        await precisionRecallChart(curves.precision_recall, points, positives / examples),
        html`<strong>Precision by recall.</strong> Average precision ${figureText(evaluation.average_precision)}. Dotted: chance, the share of tumour among these patches (${figureText(positives / examples)}); with less tumour, precision falls.`,
      ),
    );
  }
  return {
    id: 'discrimination',
    heading: 'Discrimination',
    note: html`<p>How well the classes are told apart, at every threshold at once. The letters are the operating points of the next section.</p>`,
    body: html`<div class="charts">${charts}</div>`,
  };
}
