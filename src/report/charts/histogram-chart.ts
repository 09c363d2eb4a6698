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
  const name = { frameAnchor: 'top-left', fontWeight: 600, dx: 8 } as const;
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
      plot.rect(bins, {
        x1: 'from',
        x2: 'to',
        y1: 0,
        y2: 'tumour',
        fill: 'var(--tumour)',
        inset: 0.5,
      }),
      plot.rect(bins, {
        x1: 'from',
        x2: 'to',
        y1: 0,
        y2: 'normal',
        fill: 'var(--normal)',
        inset: 0.5,
      }),
      plot.ruleY([0], { stroke: 'var(--ink)' }),
      plot.ruleX([0.5], { stroke: 'var(--soft)', strokeDasharray: '2,4' }),
      plot.text(['tumour'], { ...name, fill: 'var(--tumour)', dy: 6 }),
      plot.text(['normal'], { ...name, frameAnchor: 'bottom-left', fill: 'var(--normal)', dy: -6 }),
    ],
  }));
}
