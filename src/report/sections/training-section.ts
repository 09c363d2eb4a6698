import { counted } from '../../counted.js';
import { chartFigure } from '../chart-figure.js';
import type { ReportCharts } from '../charts/report-charts.js';
import { countText } from '../count-text.js';
import { type Html, html } from '../html.js';
import type { Section } from '../page.js';
import type { ScheduleStep, TrainingFacts } from '../report-contents.js';

/** The run: losses and figures by epoch, learning rate and momentum by step, as they were. */
export function trainingSection(
  { log, bestEpoch, schedule }: TrainingFacts,
  charts: ReportCharts,
): Section {
  const best = log.find(({ epoch }) => epoch === bestEpoch);
  const kept =
    best === undefined
      ? null
      : html`<p>Epoch ${best.epoch} of ${log.length} was kept: the best ROC AUC on validation.</p>`;
  return {
    id: 'training',
    heading: 'Training',
    note: html`<p>How the run went, as it was recorded and not as it was planned.</p>${kept}`,
    body: html`<div class="charts">
${chartFigure(charts.loss, html`<strong>Loss by epoch.</strong> Training is measured on augmented patches with dropout, so that it may lie above validation.`)}
${chartFigure(charts.validation, html`<strong>Validation by epoch.</strong> Accuracy at 0.5 and ROC AUC.`)}
</div>
<div class="charts small">
${chartFigure(charts.learning_rate, learningRateCaption(schedule ?? []))}
${chartFigure(charts.momentum, html`<strong>Momentum</strong> over the same steps.`)}
${chartFigure(charts.batch_loss, html`<strong>Loss of each batch</strong>, thin, and its mean over stretches of the run.${passedOver(schedule ?? [])}`)}
</div>`,
  };
}

function learningRateCaption(schedule: readonly ScheduleStep[]): Html {
  const highest = schedule.reduce((most, step) => Math.max(most, step.learning_rate), 0);
  return html`<strong>Learning rate</strong> over ${countText(schedule.length)} steps; at most ${highest.toPrecision(3)}.`;
}

function passedOver(schedule: readonly ScheduleStep[]): string {
  const count = schedule.filter(({ loss }) => loss === null).length;
  return count === 0
    ? ''
    : ` ${counted(count, 'step')} passed over, as their loss or gradients were not finite.`;
}
