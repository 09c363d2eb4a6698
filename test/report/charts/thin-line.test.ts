import { expect, it } from 'vitest';
import { thinLine } from '../../../src/report/charts/thin-line.js';

const flat = Array.from({ length: 50_000 }, (_, x) => ({ x, y: 1 }));

it('thinLine keeps both ends and every extreme of a long line', () => {
  const line = flat.with(31_337, { x: 31_337, y: 9 }).with(40_001, { x: 40_001, y: -9 });
  const thin = thinLine(line, ({ y }) => y, 100);
  expect(thin.length).toBeLessThanOrEqual(400);
  expect(thin[0]).toEqual({ x: 0, y: 1 });
  expect(thin.at(-1)).toEqual({ x: 49_999, y: 1 });
  expect(thin).toContainEqual({ x: 31_337, y: 9 });
  expect(thin).toContainEqual({ x: 40_001, y: -9 });
  expect(thin.map(({ x }) => x)).toEqual(thin.map(({ x }) => x).toSorted((a, b) => a - b));
});

it('thinLine leaves a short line as it is', () => {
  expect(thinLine(flat.slice(0, 400), ({ y }) => y, 100)).toEqual(flat.slice(0, 400));
  expect(thinLine([], Number)).toEqual([]);
});
