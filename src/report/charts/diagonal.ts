import type { Plot } from './draw-chart.js';

/** The dotted line from (0, 0) to (1, 1): chance, or probabilities that are right. */
export function diagonal(plot: Plot): ReturnType<Plot['line']> {
  const ends = [
    [0, 0],
    [1, 1],
  ];
  return plot.line(ends, { stroke: 'var(--soft)', strokeDasharray: '2,4', strokeWidth: 1 });
}
