import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPatch } from '../../../src/data/read-patch.js';
import { hasChromium, openChromium } from '../../chromium.js';
import { temporaryFolder } from '../../data/temporary-folder.js';
import { fixturePatches } from '../../fixture-patches.js';
import { startTestEngine } from '../../model/start-test-engine.js';
import { disturbedState } from '../small-nets.js';
import { drop, settled, textsOf } from './opened-page.js';
import { serveFolder } from './serve-folder.js';
import { secretCard, writeSmallPage } from './small-page.js';

describe.skipIf(!hasChromium)('the files that the page reads', () => {
  const folder = temporaryFolder();
  let server: Awaited<ReturnType<typeof serveFolder>>;
  let chromium: Browser;
  let page: Page;
  let original: Buffer;

  beforeAll(async () => {
    await startTestEngine();
    const web = join(folder, 'page');
    await writeSmallPage(web, secretCard, await disturbedState(secretCard.architecture));
    server = await serveFolder(web);
    chromium = await openChromium();
    page = await chromium.newPage();
    await page.goto(server.address);
    original = await readFile(
      join(fixturePatches.images, '000a2a35668f04edebc0b06d5d133ad90c93a044.tif'),
    );
  });

  afterAll(async () => {
    await chromium?.close();
    await server?.close();
  });

  it.each([
    ['plain TIFF', 'tif', () => original],
    ['TIFF with LZW', 'tif', () => image().tiff({ compression: 'lzw' }).toBuffer()],
    [
      'TIFF with LZW, without a predictor',
      'tif',
      () => image().tiff({ compression: 'lzw', predictor: 'none' }).toBuffer(),
    ],
    ['TIFF with Deflate', 'tif', () => image().tiff({ compression: 'deflate' }).toBuffer()],
    ['TIFF with PackBits', 'tif', () => image().tiff({ compression: 'packbits' }).toBuffer()],
    [
      'tiled TIFF with Deflate',
      'tif',
      () =>
        image()
          .tiff({ compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 32 })
          .toBuffer(),
    ],
    [
      'TIFF with alpha',
      'tif',
      () => image().ensureAlpha(0.5).tiff({ compression: 'none' }).toBuffer(),
    ],
    ['grey TIFF', 'tif', () => image().greyscale().tiff({ compression: 'lzw' }).toBuffer()],
    [
      'TIFF of 16 bits',
      'tif',
      () => image().toColourspace('rgb16').tiff({ compression: 'deflate' }).toBuffer(),
    ],
    ['PNG', 'png', () => image().png().toBuffer()],
    ['opaque PNG with alpha', 'png', () => image().ensureAlpha().png().toBuffer()],
    ['PNG with a colour profile', 'png', () => image().withIccProfile('p3').png().toBuffer()],
    ['grey PNG', 'png', () => image().greyscale().png().toBuffer()],
    ['JPEG', 'jpg', () => image().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()],
    ['JPEG with halved colours', 'jpg', () => image().jpeg().toBuffer()],
    [
      'JPEG that says it lies on its side',
      'jpg',
      () => image().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    ],
  ])('become the bytes that histo reads: %s', async (_, ending, made) => {
    const bytes = await made();
    const path = join(folder, `patch.${ending}`);
    await writeFile(path, bytes);
    const { pixels } = await readPatch(path);
    const shown = await shownPixels(`patch.${ending}`, bytes);
    const gaps = shown.map((value, at) => Math.abs(value - (pixels[at] as number)));
    expect(shown).toHaveLength(pixels.length);
    expect(Math.max(...gaps)).toBe(0);
  });

  it.each([
    ['a PNG that is cut off', () => cut(image().png().toBuffer()), /cut off/],
    ['a JPEG that is cut off', () => cut(image().jpeg().toBuffer()), /cut off/],
    [
      'a TIFF with a damaged block',
      async () => damaged(await image().tiff({ compression: 'deflate' }).toBuffer()),
      /expected a whole TIFF/,
    ],
    ['a damaged PNG', async () => damaged(await image().png().toBuffer()), /expected a whole/],
    ['a transparent PNG', () => image().ensureAlpha(0.5).png().toBuffer(), /expected an opaque/],
    [
      'a PNG of 16 bits',
      () => image().toColourspace('rgb16').png().toBuffer(),
      /expected 8 bits a channel, got 16 bits/,
    ],
    [
      'a JPEG in CMYK',
      () => image().toColourspace('cmyk').jpeg().toBuffer(),
      /expected RGB or grey, got CMYK/,
    ],
    [
      'a TIFF with JPEG inside',
      () => image().tiff({ compression: 'jpeg' }).toBuffer(),
      /expected a TIFF without compression, with LZW, Deflate or PackBits, got compression 7/,
    ],
    ['an empty file', async () => Buffer.alloc(0), /got an empty file/],
    [
      'a patch smaller than the crop',
      () => image().resize(48, 60).png().toBuffer(),
      /expected a patch of 49 x 49 px or more, got 48 x 60 px/,
    ],
  ])('are refused with a reason: %s', async (_, made, reason) => {
    await page.evaluate("document.getElementById('clear').click()");
    await drop(page, [{ name: 'patch.bin', bytes: await made() }]);
    await settled(page, 1);
    const [refusal] = await textsOf(page, '#refusals li');
    expect(refusal).toMatch(/^Cannot read "patch\.bin": expected /);
    expect(refusal).toMatch(reason);
  });

  function image() {
    return sharp(original);
  }

  /** The only picture of the page, as its file was read. */
  async function shownPixels(name: string, bytes: Uint8Array): Promise<number[]> {
    await page.evaluate("document.getElementById('clear').click()");
    await drop(page, [{ name, bytes }]);
    await settled(page, 1);
    expect(await textsOf(page, '#refusals li')).toEqual([]);
    const rgba = (await page.evaluate(`(async () => {
      const image = document.querySelector('#patches img');
      await image.decode();
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
    })()`)) as number[];
    return rgba.filter((_, at) => at % 4 !== 3);
  }
});

async function cut(made: Promise<Buffer>): Promise<Buffer> {
  const bytes = await made;
  return bytes.subarray(0, bytes.length >> 1);
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = 4000; at < 4100; at++) copy[at] = (copy[at] as number) ^ 0xff;
  return copy;
}
