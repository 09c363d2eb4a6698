import type { RocCurve } from '../../evaluate/curves.js';
import type { OperatingPoint } from '../../evaluate/operating-point.js';
import { diagonal } from './diagonal.js';
import { axes, type Chart, drawChart } from './draw-chart.js';
import { markedPoints } from './marked-points.js';
import { letterOf, placeLabels } from './point-labels.js';
import { thinLine } from './thin-line.js';

/** The ROC curve with its interval band, chance as a dashed line, and the operating points. */
export function rocChart(
  roc: RocCurve,
  points: readonly OperatingPoint[],
  rocAuc: number | null,
): Promise<Chart> {
  const { rates, low, high } = roc.band ?? { rates: [], low: [], high: [] };
  const band = rates.map((rate, i) => ({ rate, low: low[i] as number, high: high[i] as number }));
  const curve = roc.false_positive_rate.map((x, i) => ({
    x,
    y: roc.true_positive_rate[i] as number,
  }));
  const marked = points.flatMap(({ sensitivity, specificity }, index) =>
    sensitivity === null || specificity === null
      ? []
      : [{ letter: letterOf(index), x: 1 - specificity, y: sensitivity }],
  );
  return drawChart(
    `ROC curve, area ${rocAuc?.toFixed(4) ?? 'not known'}${roc.band === null ? '' : ', with its 95 % band'}`,
    (plot) => ({
      height: 420,
      x: { domain: [0, 1] },
      y: { domain: [0, 1] },
      marks: [
        ...axes(plot, { x: '1 − specificity', y: 'sensitivity' }),
        diagonal(plot),
        plot.areaY(band, {
          x: 'rate',
          y1: 'low',
          y2: 'high',
          fill: 'var(--accent)',
          fillOpacity: 0.17,
        }),
        plot.line(
          thinLine(curve, ({ y }) => y),
          { x: 'x', y: 'y', stroke: 'var(--accent)', strokeWidth: 2 },
        ),
        ...markedPoints(plot, placeLabels(marked, 1)),
      ],
    }),
  );
}
