import type { Curves } from '../../evaluate/curves.js';
import type { Evaluation } from '../../evaluate/evaluate-predictions.js';
import { chartFigure } from '../chart-figure.js';
import type { ReportCharts } from '../charts/report-charts.js';
import { figureText } from '../figure-glossary.js';
import { type Html, html } from '../html.js';
import { rangeText } from '../interval-mark.js';
import type { Section } from '../page.js';
import type { ReportContents } from '../report-contents.js';

/**
 * How well the classes are told apart, whatever the threshold: ROC and precision by recall. Null
 * where a class is absent.
 */
export function discriminationSection(
  { evaluation, curves }: ReportContents,
  charts: ReportCharts,
): Section | null {
  if (charts.roc === null && charts.precision_recall === null) return null;
  return {
    id: 'discrimination',
    heading: 'Discrimination',
    note: html`<p>How well the classes are told apart, at every threshold at once. The letters are the operating points of the next section.</p>`,
    body: html`<div class="charts">
${chartFigure(charts.roc, rocCaption(evaluation, curves))}
${chartFigure(charts.precision_recall, precisionRecallCaption(evaluation))}
</div>`,
  };
}

function rocCaption({ roc_auc: rocAuc, intervals }: Evaluation, { roc }: Curves): Html {
  const interval = intervals.roc_auc;
  const range = interval === null ? '' : ` (${rangeText(interval)}, ${interval.method})`;
  return html`<strong>ROC.</strong> Area ${figureText(rocAuc)}${range}. ${bandText(roc)} Dotted: chance.`;
}

function bandText(roc: Curves['roc']): string {
  if (!roc?.band) return 'There is no band: the patches are of one slide.';
  return `The band is the 95\u00a0% interval of the sensitivity at each specificity (${roc.band.method}).`;
}

function precisionRecallCaption({ average_precision, positives, examples }: Evaluation): Html {
  return html`<strong>Precision by recall.</strong> Average precision ${figureText(average_precision)}. Dotted: chance, the share of tumour among these patches (${figureText(positives / examples)}); with less tumour, precision falls.`;
}
