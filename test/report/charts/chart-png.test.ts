import sharp from 'sharp';
import { expect, it } from 'vitest';
import { chartPng } from '../../../src/report/charts/chart-png.js';
import { histogramChart } from '../../../src/report/charts/histogram-chart.js';
import { lightPalette } from '../../../src/report/palette.js';

const histogram = { edges: [0, 0.5, 1], positives: [100, 0], negatives: [0, 100] };

const hasFonts = await drawsText();

it('chartPng is twice the size, on white, in the light colours', async () => {
  const { data, info } = await sharp(await chartPng(await histogramChart(histogram)))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([840, 840, 3]);
  const at = (x: number, y: number) =>
    `#${data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3).toString('hex')}`;
  expect(at(1, 838)).toBe('#ffffff');
  expect(at(270, 300)).toBe(lightPalette.tumour);
  expect(at(600, 500)).toBe(lightPalette.normal);
});

it.skipIf(!hasFonts)('chartPng has text, where the system has fonts', async () => {
  const title = await sharp(await chartPng(await histogramChart(histogram)))
    .extract({ left: 0, top: 0, width: 120, height: 40 })
    .toBuffer();
  const { channels } = await sharp(title).stats();
  expect(channels[0]?.min).toBeLessThan(160); // "patches", the title of the axis
});

/** True if the system has a font to draw with. */
async function drawsText(): Promise<boolean> {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="30">M</text></svg>';
  const { channels } = await sharp(Buffer.from(svg)).stats();
  return (channels[3]?.max ?? 0) > 0;
}
