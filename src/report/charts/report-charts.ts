import type { ReportContents } from '../report-contents.js';
import type { Chart } from './draw-chart.js';
import { histogramChart } from './histogram-chart.js';
import { lossChart, validationChart } from './learning-charts.js';
import { precisionRecallChart } from './precision-recall-chart.js';
import { reliabilityChart } from './reliability-chart.js';
import { rocChart } from './roc-chart.js';
import { batchLossChart, learningRateChart, momentumChart } from './schedule-charts.js';

/** The plots of a report, as their files are called. */
export const chartNames = [
  'roc',
  'precision_recall',
  'reliability',
  'scores',
  'loss',
  'validation',
  'learning_rate',
  'momentum',
  'batch_loss',
] as const;

type AlwaysDrawn = 'reliability' | 'scores';

/** The plots of a report by name; null: there is nothing to draw. */
export type ReportCharts = Readonly<
  Record<AlwaysDrawn, Chart> &
    Record<Exclude<(typeof chartNames)[number], AlwaysDrawn>, Chart | null>
>;

/** Draws every plot of a report, in about half a second. */
export async function reportCharts(
  contents: Pick<ReportContents, 'evaluation' | 'curves' | 'training'>,
): Promise<ReportCharts> {
  const { evaluation, curves, training } = contents;
  const { operating_points: points, examples, positives, roc_auc: rocAuc, ece } = evaluation;
  const { roc, precision_recall: recall, reliability, histogram } = curves;
  const log = training === null || training.log.length === 0 ? null : training.log;
  const best = training?.bestEpoch ?? null;
  const steps = training?.schedule?.length ? training.schedule : null;
  return {
    roc: roc && (await rocChart(roc, points, rocAuc)),
    precision_recall: recall && (await precisionRecallChart(recall, points, positives / examples)),
    reliability: await reliabilityChart(reliability, ece),
    scores: await histogramChart(histogram),
    loss: log && (await lossChart(log, best)),
    validation: log && (await validationChart(log, best)),
    learning_rate: steps && (await learningRateChart(steps)),
    momentum: steps && (await momentumChart(steps)),
    batch_loss: steps && (await batchLossChart(steps)),
  };
}
