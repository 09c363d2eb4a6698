import { expect, it } from 'vitest';
import { cellMeans } from '../../src/check/cell-means.js';
import { measurePixels } from '../../src/check/measure-pixels.js';
import { drawPatch } from './fixture-pixels.js';

const grey = (levels: readonly (readonly number[])[]) =>
  drawPatch(levels.length, (row, column) => {
    const level = levels[row]?.[column] ?? 0;
    return [level, level, level];
  });

it('takes whole pixels where the grid divides the side', () => {
  const patch = grey([
    [0, 10, 100, 200],
    [20, 30, 100, 200],
    [1, 1, 7, 7],
    [3, 3, 7, 7],
  ]);
  expect([...cellMeans(measurePixels(patch).luma, 2)]).toEqual([15, 150, 2, 7]);
});

it('shares pixels by area where it does not', () => {
  const patch = grey([
    [9, 0, 0],
    [0, 90, 0],
    [0, 0, 18],
  ]);
  // each cell: its corner whole, its two edges by half, the centre by a quarter, of an area of 2.25
  expect([...cellMeans(measurePixels(patch).luma, 2)]).toEqual([14, 10, 10, 18]);
});

it('repeats pixels where there are fewer than cells', () => {
  const means = cellMeans(measurePixels(grey([[40]])).luma, 2);
  expect([...means]).toEqual([40, 40, 40, 40]);
});

it('weighs the channels as JPEG does', () => {
  const colours = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ] as const;
  for (const [index, weight] of [0.299, 0.587, 0.114].entries()) {
    const [mean] = cellMeans(
      measurePixels(drawPatch(1, () => colours[index] ?? [0, 0, 0])).luma,
      1,
    );
    expect((mean ?? 0) / 255).toBeCloseTo(weight, 2);
  }
});
