import sharp from 'sharp';
import { lightPalette } from '../palette.js';
import type { Chart } from './draw-chart.js';

const scale = 2;

/**
 * A plot as PNG, on white, in twice its size and the light colours. Text is set in whatever
 * sans-serif font the system has.
 *
 * @param chart SVG of `drawChart`.
 */
export async function chartPng(chart: Chart): Promise<Buffer> {
  const svg = Object.entries({ ...lightPalette, ground: '#ffffff' })
    .reduce((markup, [name, colour]) => markup.replaceAll(`var(--${name})`, colour), chart)
    .replace('font-family:inherit', 'font-family:Helvetica, Arial, Inter, sans-serif');
  return sharp(Buffer.from(svg), { density: 72 * scale })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer();
}
