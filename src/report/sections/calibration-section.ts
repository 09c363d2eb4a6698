import type { Calibration, CalibrationFigures } from '../../evaluate/calibration.js';
import type { Curves } from '../../evaluate/curves.js';
import { chartFigure } from '../chart-figure.js';
import type { ReportCharts } from '../charts/report-charts.js';
import { dataTable } from '../data-table.js';
import { figureGlossary, figureText } from '../figure-glossary.js';
import { type Html, html } from '../html.js';
import { minus } from '../interval-mark.js';
import type { Section } from '../page.js';
import type { ReportContents } from '../report-contents.js';

const rows = [
  'log_loss',
  'brier',
  'ece',
  'calibration_slope',
  'calibration_intercept',
] as const satisfies readonly (keyof CalibrationFigures)[];

/** Whether a probability of 0.8 is tumour in 80 of 100 cases, and what a temperature changed. */
export function calibrationSection(
  { evaluation, curves }: ReportContents,
  charts: ReportCharts,
): Section {
  const { calibration, ece } = evaluation;
  return {
    id: 'calibration',
    heading: 'Calibration',
    note: html`<p>On the dotted line, patches given a probability of 0.8 are tumour in 80 of 100 cases. Points below it: too sure of tumour; above: not sure enough.</p>`,
    body: html`<div class="charts">
${chartFigure(
  charts.reliability,
  html`<strong>Reliability.</strong> ${curves.reliability.length} bins of equally many patches, ${binsText(curves.reliability)}. Expected calibration error ${figureText(ece)}.`,
)}
${chartFigure(
  charts.scores,
  html`<strong>Scores.</strong> Patches by probability: tumour upwards, normal downwards. Tumour left of the dotted line and normal right of it is wrong at 0.5.`,
)}
</div>
${calibrationTable(calibration)}`,
  };
}

function calibrationTable(calibration: Calibration | null): Html {
  if (calibration === null) {
    return html`<p>The checkpoint has no temperature: these are the model’s own probabilities.</p>`;
  }
  const { temperature, before, after } = calibration;
  return dataTable({
    caption: `Temperature ${temperature.toFixed(4)}, fitted on the checkpoint’s validation patches: logits are divided by it. The ranking stays the same`,
    head: ['figure', 'before', 'after'],
    rows: rows.map((name) => [
      figureGlossary[name].title,
      minus(figureText(before[name])),
      minus(figureText(after[name])),
    ]),
  });
}

function binsText(bins: Curves['reliability']): string {
  const methods = new Set(bins.flatMap(({ interval }) => interval?.method ?? []));
  return methods.size === 0
    ? 'without intervals: the patches are of one slide'
    : `with 95\u00a0% intervals (${[...methods].join(', ')})`;
}
