import type { ScoreHistogram } from '../../evaluate/curves.js';
import { countText } from '../count-text.js';
import { axes, type Chart, drawChart } from './draw-chart.js';

/** Patches by probability: those of tumour upwards, those of normal tissue downwards. */
export function histogramChart({ edges, positives, negatives }: ScoreHistogram): Promise<Chart> {
  const bins = positives.map((tumour, i) => ({
    from: edges[i] as number,
    to: edges[i + 1] as number,
    tumour,
    normal: -(negatives[i] as number),
  }));
  const most = Math.max(1, ...positives, ...negatives);
  return drawChart('Patches by predicted probability, tumour above, normal below', (plot) => ({
    height: 420,
    x: { domain: [0, 1] },
    y: { domain: [-1.12 * most, 1.12 * most] },
    marks: [
      ...axes(
        plot,
        { x: 'probability of tumour', y: 'patches' },
        { y: { tickFormat: (count: number) => countText(Math.abs(count)) } },
      ),
      ...(['tumour', 'normal'] as const).map((y2) =>
        plot.rect(bins, { x1: 'from', x2: 'to', y1: 0, y2, fill: `var(--${y2})`, inset: 0.5 }),
      ),
      plot.ruleY([0], { stroke: 'var(--ink)' }),
      plot.ruleX([0.5], { stroke: 'var(--soft)', strokeDasharray: '2,4' }),
      plot.text(['tumour'], {
        frameAnchor: 'top-left',
        dx: 8,
        dy: 6,
        fontWeight: 600,
        fill: 'var(--tumour)',
      }),
      plot.text(['normal'], {
        frameAnchor: 'bottom-right',
        dx: -8,
        dy: -6,
        fontWeight: 600,
        fill: 'var(--normal)',
      }),
    ],
  }));
}
