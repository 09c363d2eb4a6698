import type { RocCurve } from '../../evaluate/curves.js';
import { diagonal } from './diagonal.js';
import { axes, type Chart, drawChart } from './draw-chart.js';
import { thinLine } from './thin-line.js';

/** A ROC curve and its area. */
export interface RocOfModel {
  readonly roc: RocCurve;
  readonly area: number;
}

const models = [
  { letter: 'A', stroke: 'var(--accent)', strokeWidth: 2, y: 0.16 },
  { letter: 'B', stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '6,3', y: 0.09 },
] as const;

/** The ROC curves of two models, A as a full line and B as dashes; chance is dotted. */
export function rocPairChart(first: RocOfModel, second: RocOfModel): Promise<Chart> {
  const curves = models.map(({ letter, y, ...line }, at) => {
    const { roc, area } = (at === 0 ? first : second) as RocOfModel;
    const points = roc.false_positive_rate.map((x, i) => ({
      x,
      y: roc.true_positive_rate[i] as number,
    }));
    return { points, line, y, text: `${letter}, area ${area.toFixed(4)}` };
  });
  const description = `ROC curves of ${curves.map(({ text }) => text).join(', and of ')}`;
  return drawChart(description, (plot) => ({
    height: 420,
    x: { domain: [0, 1] },
    y: { domain: [0, 1] },
    marks: [
      ...axes(plot, { x: '1 − specificity', y: 'sensitivity' }),
      diagonal(plot),
      ...curves.flatMap(({ points, line, y, text }) => [
        plot.line(
          thinLine(points, ({ y: rate }) => rate),
          { x: 'x', y: 'y', ...line },
        ),
        plot.line(
          [
            [0.56, y],
            [0.64, y],
          ],
          line,
        ),
        plot.text([text], {
          x: 0.66,
          y,
          text: (label: string) => label,
          textAnchor: 'start',
          fill: 'var(--ink)',
          stroke: 'var(--ground)',
          strokeWidth: 4,
        }),
      ]),
    ],
  }));
}
