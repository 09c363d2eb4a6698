import sharp from 'sharp';
import { expect, it } from 'vitest';
import { heatUri, pixelsUri } from '../../src/report/patch-picture.js';

async function decode(uri: string) {
  const [head, base64 = ''] = uri.split(',');
  expect(head).toBe('data:image/png;base64');
  return sharp(Buffer.from(base64, 'base64')).raw().toBuffer({ resolveWithObject: true });
}

it('pixelsUri keeps every pixel', async () => {
  const pixels = Uint8Array.from({ length: 3 * 4 * 5 }, (_, i) => (37 * i) % 256);
  const { data, info } = await decode(await pixelsUri(pixels, 4, 5));
  expect([info.width, info.height, info.channels]).toEqual([4, 5, 3]);
  expect(new Uint8Array(data)).toEqual(pixels);
});

it('heatUri is yellow and opaque where it is hot, clear where it is cold', async () => {
  const heat = new Float32Array(49);
  heat.fill(1, 0, 7); // the uppermost row
  const { data, info } = await decode(await heatUri(heat));
  expect([info.width, info.height, info.channels]).toEqual([28, 28, 4]);
  const at = (x: number, y: number) => [...data.subarray(4 * (28 * y + x), 4 * (28 * y + x) + 4)];
  const [red, green, blue, alpha] = at(14, 0) as [number, number, number, number];
  expect([red, green, blue]).toEqual([0xfd, 0xe7, 0x25]); // viridis at 1
  expect(alpha).toBe(Math.round(0.75 * 255));
  expect(at(14, 27)[3]).toBe(0);
});

it('heatUri of nothing hot is clear', async () => {
  const { data } = await decode(await heatUri(new Float32Array(49)));
  expect(data.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 0)).toBe(true);
});
