import type { Interval } from '../evaluate/interval.js';
import { type Html, html } from './html.js';

/** A share and its interval as a mark on the line from 0 to 1. For the eye alone: text says it too. */
export function intervalMark(value: number, interval: Pick<Interval, 'low' | 'high'> | null): Html {
  const { low, high } = interval ?? { low: value, high: value };
  const style = `--at: ${percent(value)}; --low: ${percent(low)}; --high: ${percent(high)}`;
  return html`<span class="whisker" aria-hidden="true" style="${style}"><i></i><b></b></span>`;
}

/** `0.9056–0.9255`; `−0.2521 to 0.0235` where a dash could be taken for a minus. */
export function rangeText(interval: Pick<Interval, 'low' | 'high'>, digits = 4): string {
  const [low, high] = [interval.low, interval.high].map((end) => minus(end.toFixed(digits)));
  return interval.low < 0 ? `${low} to ${high}` : `${low}–${high}`;
}

/** A number with a true minus sign. */
export function minus(number: string): string {
  return number.replace('-', '−');
}

/** A share as a length of CSS. */
export function percent(share: number): string {
  return `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;
}
