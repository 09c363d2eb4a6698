import type * as PlotModule from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';

/** The library, as it is once loaded. */
export type Plot = typeof PlotModule;

/** A plot as SVG markup in the page's colours (`var(--ink)`, …). */
export type Chart = string;

const widthPx = 420;

/** What every plot shares, so that text has one size over a page. */
const shared = {
  width: widthPx,
  height: 380,
  marginTop: 34,
  marginRight: 16,
  marginBottom: 46,
  marginLeft: 46,
  className: 'chart',
  style: {
    background: 'none',
    color: 'var(--ink)',
    fontSize: '12px',
    fontFamily: 'inherit',
    overflow: 'visible',
  },
} as const satisfies PlotOptions;

/**
 * Draws a plot with Observable Plot, on a document of its own: no browser is needed. The first one
 * of a process takes about 0.3 s, as the library is loaded then.
 *
 * @param description What the plot shows, with its main figures, for those who do not see it.
 * @param options Given the library, what to draw.
 */
export async function drawChart(
  description: string,
  options: (plot: Plot) => PlotOptions,
): Promise<Chart> {
  const [plot, { parseHTML }] = await Promise.all([
    import('@observablehq/plot'),
    import('linkedom'),
  ]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const figure = plot.plot({ ...shared, ...options(plot), document });
  figure.querySelector('style')?.remove(); // the page has the rules, once for all plots
  figure.setAttribute('role', 'img');
  figure.setAttribute('aria-label', description);
  for (const part of figure.querySelectorAll('g[aria-label]')) part.removeAttribute('aria-label');
  return figure.outerHTML;
}

/** Where an axis has ticks, and how they are written. */
interface TickOptions {
  readonly ticks?: number | number[];
  readonly tickFormat?: string | ((tick: number) => string);
}

/** Axes with a grid of hairlines and a title each, as all plots have them. */
export function axes(
  plot: Plot,
  titles: { readonly x: string; readonly y: string },
  options: { readonly x?: TickOptions; readonly y?: TickOptions } = {},
) {
  const axis = { tickSize: 0, tickPadding: 7, ticks: 5, labelArrow: 'none' } as const;
  const [x, y] = [
    { ...axis, ...options.x, color: 'var(--soft)' },
    { ...axis, ...options.y, color: 'var(--soft)' },
  ];
  const grid = { ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 };
  return [
    plot.gridX({ ...grid, ...options.x }),
    plot.gridY({ ...grid, ...options.y }),
    plot.axisX({ ...x, label: titles.x, labelAnchor: 'center', labelOffset: 40 }),
    plot.axisY({ ...y, label: titles.y, labelAnchor: 'top', labelOffset: 44 }),
  ];
}
