import { chartFigure } from '../chart-figure.js';
import { histogramChart } from '../charts/histogram-chart.js';
import { precisionRecallChart } from '../charts/precision-recall-chart.js';
import { rocChart } from '../charts/roc-chart.js';
import { figureText } from '../figure-glossary.js';
import { type Html, html } from '../html.js';
import { rangeText } from '../interval-mark.js';
import type { Section } from '../page.js';
import type { ReportContents } from '../report-contents.js';

/** How well the classes are told apart, whatever the threshold: ROC, precision by recall, scores. */
export async function rankingSection({ evaluation, curves }: ReportContents): Promise<Section> {
  const { operating_points: points, examples, positives } = evaluation;
  const charts: Html[] = [];
  if (curves.roc !== null) {
    const interval = evaluation.intervals.roc_auc;
    charts.push(
      chartFigure(
        await rocChart(curves.roc, points, evaluation.roc_auc),
        html`<strong>ROC.</strong> Area ${figureText(evaluation.roc_auc)}${interval === null ? '' : ` (${rangeText(interval)}, ${interval.method})`}. The band holds the sensitivity in 95 % of resamples at each specificity (${curves.roc.band.method}). Dotted: chance.`,
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
  charts.push(
    chartFigure(
      await histogramChart(curves.histogram),
      html`<strong>Scores.</strong> Patches by predicted probability: tumour upwards, normal downwards. What is left of the middle above, or right of it below, is wrong at 0.5.`,
    ),
  );
  return {
    id: 'ranking',
    heading: 'Telling apart',
    note: html`<p>Every threshold at once. The letters are the operating points of the next section.</p>`,
    body: html`<div class="charts">${charts}</div>`,
  };
}
