import type { Plot } from './draw-chart.js';
import type { LabelledPoint } from './point-labels.js';

/** Dots with a hairline to their letter. */
export function markedPoints(plot: Plot, points: readonly LabelledPoint[]) {
  return [
    plot.link(points, {
      x1: 'x',
      y1: 'y',
      x2: 'labelX',
      y2: 'labelY',
      stroke: 'var(--ink)',
      strokeWidth: 0.75,
    }),
    plot.dot(points, {
      x: 'x',
      y: 'y',
      r: 4,
      fill: 'var(--ink)',
      stroke: 'var(--ground)',
      strokeWidth: 1.5,
    }),
    plot.text(points, {
      x: 'labelX',
      y: 'labelY',
      text: 'letter',
      fill: 'var(--ink)',
      stroke: 'var(--ground)',
      strokeWidth: 4,
      fontWeight: 600,
    }),
  ];
}
