import { chartFigure } from '../chart-figure.js';
import { lossChart, validationChart } from '../charts/learning-charts.js';
import { batchLossChart, learningRateChart, momentumChart } from '../charts/schedule-charts.js';
import { countText } from '../count-text.js';
import { type Html, html } from '../html.js';
import type { Section } from '../page.js';
import type { ScheduleStep, TrainingFacts } from '../report-contents.js';

/** The run: losses and figures by epoch, learning rate and momentum by step, as they were. */
export async function trainingSection(training: TrainingFacts): Promise<Section> {
  const { log, bestEpoch, schedule } = training;
  const best = log.find(({ epoch }) => epoch === bestEpoch);
  const learning = log.length === 0 ? [] : await learningFigures(training);
  const steps = schedule === null || schedule.length === 0 ? [] : await scheduleFigures(schedule);
  const chosen =
    best === undefined
      ? null
      : html`<p>Epoch ${best.epoch} of ${log.length} was kept: the best ROC AUC on validation.</p>`;
  return {
    id: 'training',
    heading: 'Training',
    note: html`<p>How the run went, as it was recorded and not as it was planned.</p>${chosen}`,
    body: html`<div class="charts">${learning}</div><div class="charts small">${steps}</div>`,
  };
}

async function learningFigures({ log, bestEpoch }: TrainingFacts): Promise<Html[]> {
  return [
    chartFigure(
      await lossChart(log, bestEpoch),
      html`<strong>Loss by epoch.</strong> Training is measured on augmented patches with dropout, so that it may lie above validation.`,
    ),
    chartFigure(
      await validationChart(log, bestEpoch),
      html`<strong>Validation by epoch.</strong> Accuracy at 0.5 and ROC AUC.`,
    ),
  ];
}

async function scheduleFigures(schedule: readonly ScheduleStep[]): Promise<Html[]> {
  const steps = countText(schedule.length);
  const highest = schedule.reduce((most, step) => Math.max(most, step.learning_rate), 0);
  return [
    chartFigure(
      await learningRateChart(schedule),
      html`<strong>Learning rate</strong> over ${steps} steps; at most ${highest.toPrecision(3)}.`,
    ),
    chartFigure(
      await momentumChart(schedule),
      html`<strong>Momentum</strong> over the same steps.`,
    ),
    chartFigure(
      await batchLossChart(schedule),
      html`<strong>Loss of each batch</strong>, thin, and its mean over stretches of the run.`,
    ),
  ];
}
