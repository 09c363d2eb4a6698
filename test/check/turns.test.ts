import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { type Turn, turnedCells, turns } from '../../src/check/turns.js';

const grid = 3;
const cells = Uint8Array.from({ length: grid ** 2 }, (_, cell) => cell);

/** The cells as sharp turns an image of them. */
async function bySharp(turn: Turn): Promise<number[]> {
  const turned = (image: Sharp): Sharp | null => {
    if (turn === 'none') return image;
    if (turn === 'flip-horizontal') return image.flop();
    if (turn === 'flip-vertical') return image.flip();
    if (turn.startsWith('rotate-')) return image.rotate(Number(turn.slice('rotate-'.length)));
    return null;
  };
  const image = sharp(cells, { raw: { width: grid, height: grid, channels: 1 } });
  const result = turned(image);
  if (result === null) return [];
  return [...(await result.toColourspace('b-w').raw().toBuffer())];
}

it.each(turns.slice(0, 6))('%s is what sharp makes of it', async (turn) => {
  expect([...(turnedCells(grid)[turns.indexOf(turn)] ?? [])]).toEqual(await bySharp(turn));
});

it('transposes along both diagonals', () => {
  const [transpose, transverse] = turnedCells(grid).slice(6);
  expect([...(transpose ?? [])]).toEqual([0, 3, 6, 1, 4, 7, 2, 5, 8]);
  expect([...(transverse ?? [])]).toEqual([8, 5, 2, 7, 4, 1, 6, 3, 0]);
});
