import type { PrecisionRecallCurve } from '../../evaluate/curves.js';
import type { OperatingPoint } from '../../evaluate/operating-point.js';
import { axes, type Chart, drawChart } from './draw-chart.js';
import { markedPoints } from './marked-points.js';
import { letterOf, placeLabels } from './point-labels.js';
import { thinLine } from './thin-line.js';

/**
 * Precision by recall, with the operating points.
 *
 * @param prevalence Share of tumour, in [0, 1]: the precision of chance, a dashed line.
 */
export function precisionRecallChart(
  { recall, precision }: PrecisionRecallCurve,
  points: readonly OperatingPoint[],
  prevalence: number,
): Promise<Chart> {
  const curve = recall.map((x, i) => ({ x, y: precision[i] as number }));
  const marked = points.flatMap(({ sensitivity, precision: y }, index) =>
    sensitivity === null || y === null ? [] : [{ letter: letterOf(index), x: sensitivity, y }],
  );
  return drawChart(
    `Precision by recall; a scorer by chance has ${prevalence.toFixed(4)}`,
    (plot) => ({
      height: 420,
      x: { domain: [0, 1] },
      y: { domain: [0, 1] },
      marks: [
        ...axes(plot, { x: 'recall (sensitivity)', y: 'precision' }),
        plot.ruleY([prevalence], { stroke: 'var(--soft)', strokeDasharray: '2,4' }),
        plot.line(
          thinLine(curve, ({ y }) => y),
          { x: 'x', y: 'y', stroke: 'var(--accent)', strokeWidth: 2 },
        ),
        ...markedPoints(plot, placeLabels(marked, -1)),
      ],
    }),
  );
}
