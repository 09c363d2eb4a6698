import type { FigureScale } from './interval-of-draws.js';
import type { SampleFigure } from './sample-figures.js';
import { sigmoid } from './sigmoid.js';

const quarter = Math.PI / 2;

/** A share: the arcsine of its root, on which it varies much the same near 0, 1 and between. */
const share: FigureScale = {
  to: (value) => Math.asin(Math.sqrt(Math.min(1, Math.max(0, value)))),
  from: (angle) => Math.sin(Math.min(quarter, Math.max(0, angle))) ** 2,
  range: [0, 1],
};

/** Log-odds of a share, for what is skewed towards 1; the ends are infinitely far. */
const logOdds: FigureScale = {
  to: (value) => Math.log(value / (1 - value)),
  from: sigmoid,
  range: [0, 1],
};

const correlation: FigureScale = {
  to: (value) => share.to((value + 1) / 2),
  from: (angle) => 2 * share.from(angle) - 1,
  range: [-1, 1],
};

const loss: FigureScale = { to: Math.log, from: Math.exp, range: [0, Number.POSITIVE_INFINITY] };

/** As it is: of figures that may be any number, and of differences. */
export const plainScale: FigureScale = {
  to: (value) => value,
  from: (value) => value,
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
};

/** The scale on which intervals of a figure are made. */
export function scaleOf(figure: SampleFigure): FigureScale {
  if (figure.startsWith('calibration_')) return plainScale;
  if (figure === 'ece') return { ...plainScale, range: [0, 1], isBiased: true };
  if (figure.endsWith('loss')) return loss;
  if (figure === 'average_precision') return logOdds;
  return figure.startsWith('mcc') ? correlation : share;
}
