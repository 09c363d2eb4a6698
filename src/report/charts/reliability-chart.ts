import type { ReliabilityBin } from '../../evaluate/reliability-bins.js';
import { diagonal } from './diagonal.js';
import { axes, type Chart, drawChart } from './draw-chart.js';

/** Share of tumour by probability, with the interval of each bin; on the dashed line they agree. */
export function reliabilityChart(bins: readonly ReliabilityBin[], ece: number): Promise<Chart> {
  const withInterval = bins.flatMap(({ probability, interval }) =>
    interval === null ? [] : [{ probability, low: interval.low, high: interval.high }],
  );
  return drawChart(
    `Share of tumour by predicted probability in ${bins.length} bins; expected calibration error ${ece.toFixed(4)}`,
    (plot) => ({
      height: 420,
      x: { domain: [0, 1] },
      y: { domain: [0, 1] },
      marks: [
        ...axes(plot, { x: 'mean probability in the bin', y: 'share of tumour in the bin' }),
        diagonal(plot),
        plot.line(bins, {
          x: 'probability',
          y: 'share',
          stroke: 'var(--accent)',
          strokeOpacity: 0.35,
        }),
        plot.ruleX(withInterval, {
          x: 'probability',
          y1: 'low',
          y2: 'high',
          stroke: 'var(--accent)',
          strokeWidth: 1.5,
        }),
        plot.dot(bins, {
          x: 'probability',
          y: 'share',
          r: 4,
          fill: 'var(--accent)',
          stroke: 'var(--ground)',
          strokeWidth: 1.5,
        }),
      ],
    }),
  );
}
