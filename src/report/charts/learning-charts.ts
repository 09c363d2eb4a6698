import type { LogLine } from '../log-csv.js';
import { axes, type Chart, drawChart, type Plot } from './draw-chart.js';

/** Something that an epoch has. */
interface Series {
  readonly name: string;
  readonly colour: string;
  readonly dash: string | null;
  readonly read: (line: LogLine) => number | null;
}

const losses: readonly Series[] = [
  { name: 'training', colour: 'var(--soft)', dash: '4,3', read: (line) => line.train_loss },
  { name: 'validation', colour: 'var(--accent)', dash: null, read: (line) => line.valid_loss },
];

const figures: readonly Series[] = [
  { name: 'accuracy', colour: 'var(--soft)', dash: '4,3', read: (line) => line.accuracy },
  { name: 'ROC AUC', colour: 'var(--accent)', dash: null, read: (line) => line.roc_auc },
];

/**
 * Training and validation loss by epoch, a line marks the best epoch.
 *
 * @param bestEpoch Counted from 1; null: not known.
 */
export function lossChart(log: readonly LogLine[], bestEpoch: number | null): Promise<Chart> {
  return epochChart('loss', losses, log, bestEpoch);
}

/** Accuracy and ROC AUC on validation by epoch, a line marks the best epoch. */
export function validationChart(log: readonly LogLine[], bestEpoch: number | null): Promise<Chart> {
  return epochChart('on validation', figures, log, bestEpoch);
}

function epochChart(
  title: string,
  series: readonly Series[],
  log: readonly LogLine[],
  bestEpoch: number | null,
): Promise<Chart> {
  const epochs = log.map(({ epoch }) => epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const shifts = nameShifts(series, log);
  const names = series.map(({ name }) => name).join(' and ');
  return drawChart(`${names} by epoch, ${first} to ${last}`, (plot) => ({
    height: 300,
    marginRight: 76,
    x: { domain: first === last ? [first - 1, last + 1] : [first, last] },
    y: { nice: true },
    marks: [
      ...axes(
        plot,
        { x: 'epoch', y: title },
        { x: { ticks: wholeTicks(first, last), tickFormat: 'd' } },
      ),
      ...bestMarks(plot, bestEpoch),
      ...series.flatMap((one, index) => seriesMarks(plot, one, log, shifts[index] ?? 0)),
    ],
  }));
}

function bestMarks(plot: Plot, bestEpoch: number | null) {
  if (bestEpoch === null) return [];
  return [
    plot.ruleX([bestEpoch], { stroke: 'var(--soft)', strokeDasharray: '2,4' }),
    plot.text([bestEpoch], {
      x: (epoch: number) => epoch,
      frameAnchor: 'top',
      text: () => 'best',
      fill: 'var(--soft)',
      dy: -10,
    }),
  ];
}

/** A line with dots, and its name at its end. */
function seriesMarks(
  plot: Plot,
  { name, colour, dash, read }: Series,
  log: readonly LogLine[],
  nameShiftPx: number,
) {
  const points = log.map((line) => ({ epoch: line.epoch, value: read(line), name }));
  const at = { x: 'epoch', y: 'value' } as const;
  const dashes = dash === null ? {} : { strokeDasharray: dash };
  const end = { textAnchor: 'start', dx: 9, dy: nameShiftPx, fontWeight: 600 } as const;
  return [
    plot.line(points, { ...at, stroke: colour, strokeWidth: 2, ...dashes }),
    plot.dot(points, { ...at, r: log.length > 40 ? 0 : 3, fill: colour, stroke: 'var(--ground)' }),
    plot.text(points.slice(-1), { ...at, ...end, text: 'name', fill: colour }),
  ];
}

const plotHeightPx = 220;
const nameHeightPx = 14;

/** How far the names of two lines move apart, downwards, so that they do not overlap. */
function nameShifts(series: readonly Series[], log: readonly LogLine[]): number[] {
  const values = series.flatMap(({ read }) => log.map(read)).filter((value) => value !== null);
  const [range, last] = [Math.max(...values) - Math.min(...values), log.at(-1)];
  const [first, second] = series.map(({ read }) => (last === undefined ? null : read(last)));
  if (typeof first !== 'number' || typeof second !== 'number') return [0, 0];
  const apartPx = range === 0 ? 0 : (Math.abs(first - second) / range) * plotHeightPx;
  const shift = Math.max(0, (nameHeightPx - apartPx) / 2);
  return first > second ? [-shift, shift] : [shift, -shift];
}

/** At most eight whole numbers from the first to the last epoch. */
function wholeTicks(first: number, last: number): number[] {
  const every = Math.max(1, Math.ceil((last - first) / 7));
  const count = Math.floor((last - first) / every) + 1;
  return Array.from({ length: count }, (_, i) => first + i * every);
}
