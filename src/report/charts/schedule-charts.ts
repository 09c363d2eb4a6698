import type { ScheduleStep } from '../report-contents.js';
import { axes, type Chart, drawChart } from './draw-chart.js';
import { thinLine } from './thin-line.js';

/** The learning rate by step, as it ran. */
export function learningRateChart(steps: readonly ScheduleStep[]): Promise<Chart> {
  return scheduleChart('learning rate', steps, ({ learning_rate }) => learning_rate);
}

/** The momentum by step, as it ran. */
export function momentumChart(steps: readonly ScheduleStep[]): Promise<Chart> {
  return scheduleChart('momentum', steps, ({ momentum }) => momentum);
}

const windows = 120; // stretches of the run whose mean loss is drawn

/** The loss of each batch as a thin line, its mean over stretches of the run as a strong one. */
export function batchLossChart(schedule: readonly ScheduleStep[]): Promise<Chart> {
  const steps = schedule.flatMap(({ step, loss }) => (loss === null ? [] : [{ step, loss }]));
  return drawChart(`Loss of each batch over ${steps.length} steps`, (plot) => ({
    ...size,
    x: { domain: domainOf(steps) },
    y: { zero: true, nice: true },
    marks: [
      ...axes(plot, { x: 'step', y: 'loss of the batch' }, few),
      plot.line(
        thinLine(steps, ({ loss }) => loss, 200),
        { x: 'step', y: 'loss', stroke: 'var(--soft)', strokeOpacity: 0.5, strokeWidth: 0.75 },
      ),
      plot.line(meanLosses(steps), {
        x: 'step',
        y: 'loss',
        stroke: 'var(--accent)',
        strokeWidth: 2,
      }),
    ],
  }));
}

const size = { width: 300, height: 230 } as const; // three beside each other
const few = { x: { ticks: 3 }, y: { ticks: 4 } };

function scheduleChart(
  title: string,
  steps: readonly ScheduleStep[],
  read: (step: ScheduleStep) => number,
): Promise<Chart> {
  return drawChart(`${title} over ${steps.length} steps`, (plot) => ({
    ...size,
    x: { domain: domainOf(steps) },
    y: { nice: true },
    marks: [
      ...axes(plot, { x: 'step', y: title }, few),
      plot.line(thinLine(steps, read, 100), {
        x: 'step',
        y: read,
        stroke: 'var(--accent)',
        strokeWidth: 2,
      }),
    ],
  }));
}

/** A step that was not passed over. */
interface BatchLoss {
  readonly step: number;
  readonly loss: number;
}

function domainOf(steps: readonly Pick<ScheduleStep, 'step'>[]): [number, number] {
  return [steps[0]?.step ?? 0, steps.at(-1)?.step ?? 1];
}

/** The mean loss of stretches of equal length, at their middle step. */
function meanLosses(steps: readonly BatchLoss[]): BatchLoss[] {
  const count = Math.min(windows, steps.length);
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [i, i + 1].map((at) => Math.round((at * steps.length) / count));
    const stretch = steps.slice(from, to);
    const sum = stretch.reduce((total, { loss }) => total + loss, 0);
    const middle = stretch[stretch.length >> 1] as BatchLoss;
    return { step: middle.step, loss: sum / stretch.length };
  });
}
