import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { colourJpegSize, readPlainTiff } from '../../src/data/plain-image.js';
import { type TiffLayout, tiffBytes } from './tiff-bytes.js';

const size = { widthPx: 5, heightPx: 4 };
const valueAt = (x: number, y: number, sample: number) => 40 * y + 3 * x + sample;
const tiff = (layout: Partial<TiffLayout> = {}) => tiffBytes({ ...size, ...layout }, valueAt);

/** Sets the first number of a tag of a little-endian TIFF. */
function withTag(tag: number, value: number): Buffer {
  const bytes = tiff();
  const directory = bytes.readUInt32LE(4);
  for (let row = 0; row < bytes.readUInt16LE(directory); row++) {
    const at = directory + 2 + 12 * row;
    if (bytes.readUInt16LE(at) === tag) bytes.writeUInt32LE(value, at + 8);
  }
  return bytes;
}

describe('readPlainTiff', () => {
  it.each([false, true])('reads 8-bit RGB (big-endian: %s)', (bigEndian) => {
    const patch = readPlainTiff(tiff({ bigEndian }));
    expect({ ...patch, pixels: [...(patch?.pixels ?? [])] }).toEqual({
      ...size,
      pixels: Array.from({ length: 60 }, (_, at) =>
        valueAt(Math.floor(at / 3) % 5, Math.floor(at / 15), at % 3),
      ),
      notice: null,
    });
  });

  it('reads several strips', async () => {
    // libvips cuts strips of 128 rows
    const noise = Uint8Array.from({ length: 3 * 300 * 300 }, (_, at) => (at * 97) % 251);
    const raw = { width: 300, height: 300, channels: 3 } as const;
    const bytes = await sharp(noise, { raw }).tiff({ compression: 'none' }).toBuffer();
    const patch = readPlainTiff(bytes);
    expect(Buffer.compare(patch?.pixels ?? Buffer.alloc(0), noise)).toBe(0);
  });

  it.each<[string, Buffer]>([
    ['deflated', tiff({ compression: 8, pack: (block) => deflateSync(block) })],
    ['of 16 bits', tiff({ bits: 16 })],
    ['grey', tiff({ samples: 1, photometric: 1 })],
    ['with alpha', tiff({ samples: 4, extraSample: 2 })],
    ['L*a*b*', tiff({ photometric: 8 })],
    ['plane by plane', tiff({ planar: true })],
    ['in tiles', tiff({ tilePx: 16 })],
    ['of signed samples', tiff({ sampleFormat: 2 })],
    ['empty', Buffer.alloc(0)],
    ['a PNG', Buffer.from('\x89PNG\r\n\x1A\n', 'latin1')],
    ['with a width that its bytes do not fill', withTag(256, 6)],
    ['with no width', withTag(256, 0)],
    ['with a strip beyond its end', withTag(273, 10_000)],
    [
      'with a directory beyond its end',
      Buffer.concat([Buffer.from('II*\0'), Buffer.alloc(4, 255)]),
    ],
  ])('leaves one that is %s to sharp', (_, bytes) => {
    expect(readPlainTiff(bytes)).toBeNull();
  });

  it('leaves one that is cut off anywhere to sharp', () => {
    const bytes = tiff();
    for (let length = 0; length < bytes.length - 6; length++) {
      expect(readPlainTiff(bytes.subarray(0, length)), `${length} bytes`).toBeNull();
    }
  });

  it('leaves one of several pages to sharp', () => {
    const bytes = tiff();
    const directory = bytes.readUInt32LE(4);
    const next = directory + 2 + 12 * bytes.readUInt16LE(directory);
    bytes.writeUInt32LE(directory, next);
    expect(readPlainTiff(bytes)).toBeNull();
  });
});

describe('colourJpegSize', () => {
  const picture = (background: string) =>
    sharp({ create: { width: 9, height: 7, channels: 3, background } });

  it('is that of colour, baseline and progressive', async () => {
    for (const progressive of [false, true]) {
      const jpeg = await picture('#804020').jpeg({ progressive }).toBuffer();
      expect(colourJpegSize(jpeg)).toEqual({ widthPx: 9, heightPx: 7 });
    }
  });

  it('is null of grey, CMYK, PNG and what is cut off', async () => {
    const jpeg = await picture('#804020').jpeg().toBuffer();
    const grey = await picture('#804020').toColourspace('b-w').jpeg().toBuffer();
    const cmyk = await picture('#804020').toColourspace('cmyk').jpeg().toBuffer();
    const png = await picture('#804020').png().toBuffer();
    for (const bytes of [grey, cmyk, png, jpeg.subarray(0, 20), jpeg.subarray(0, 3)]) {
      expect(colourJpegSize(bytes)).toBeNull();
    }
  });
});
