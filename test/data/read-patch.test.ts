import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Patch } from '../../src/data/patch.js';
import { readPatch } from '../../src/data/read-patch.js';
import { UserError } from '../../src/errors.js';
import { temporaryFolder } from './temporary-folder.js';
import { type TiffLayout, tiffBytes } from './tiff-bytes.js';

const folder = temporaryFolder();
const size = { widthPx: 20, heightPx: 18 } as const;
let fileCount = 0;

/** Column, row and 7 x the sample, so that no two are alike; a different bottom byte of 16 bits. */
const byteAt = (x: number, y: number, sample: number) => (11 * x + 3 * y + 70 * sample) % 256;
const wordAt = (x: number, y: number, sample: number) =>
  256 * byteAt(x, y, sample) + ((37 * x + y) % 256);

const rgb = pixelsOf(byteAt);
const grey = pixelsOf((x, y) => byteAt(x, y, 0));

function pixelsOf(valueAt: (x: number, y: number, sample: number) => number): number[] {
  return Array.from({ length: 3 * size.widthPx * size.heightPx }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return valueAt(pixel % size.widthPx, Math.floor(pixel / size.widthPx), at % 3);
  });
}

function fileOf(bytes: Uint8Array, extension = 'tif'): string {
  const path = join(folder, `${fileCount++}.${extension}`);
  writeFileSync(path, bytes);
  return path;
}

function read(layout: Partial<TiffLayout>): Promise<Patch> {
  const valueAt = layout.bits === 16 ? wordAt : byteAt;
  return readPatch(fileOf(tiffBytes({ ...size, ...layout }, valueAt)));
}

async function expectPatch(reading: Promise<Patch>, pixels: number[], notice: string | null) {
  const patch = await reading;
  expect({ ...patch, pixels: [...patch.pixels] }).toEqual({ ...size, pixels, notice });
}

describe('readPatch reads TIFFs', () => {
  it.each<[string, Partial<TiffLayout>]>([
    ['as Kaggle has them', {}],
    ['big-endian', { bigEndian: true }],
    ['deflated', { compression: 8, pack: (block) => deflateSync(block) }],
    ['packed as PackBits', { compression: 32773, pack: packBits }],
    ['Zstandard', { compression: 50000, pack: zstdFrame }],
    ['in tiles', { tilePx: 16 }],
    ['in deflated tiles', { tilePx: 16, compression: 8, pack: (block) => deflateSync(block) }],
    ['plane by plane', { planar: true }],
    ['plane by plane in tiles', { planar: true, tilePx: 16 }],
    [
      'plane by plane in deflated tiles, big-endian',
      {
        planar: true,
        tilePx: 16,
        bigEndian: true,
        compression: 8,
        pack: (block) => deflateSync(block),
      },
    ],
    ['that state unsigned samples', { sampleFormat: 1 }],
  ])('%s', async (_, layout) => {
    await expectPatch(read(layout), rgb, null);
  });

  const upper = 'of 16 bits a channel the upper 8 are kept';
  const dropped = 'alpha and further channels are dropped';
  const fromGrey = 'grey becomes RGB';
  it.each<[string, Partial<TiffLayout>, number[], string]>([
    ['of 16 bits', { bits: 16 }, rgb, upper],
    ['of 16 bits, big-endian', { bits: 16, bigEndian: true }, rgb, upper],
    ['of 16 bits, plane by plane in tiles', { bits: 16, planar: true, tilePx: 16 }, rgb, upper],
    ['with alpha', { samples: 4, extraSample: 2 }, rgb, dropped],
    ['with a channel more', { samples: 4, extraSample: 0 }, rgb, dropped],
    [
      'with alpha, plane by plane in tiles',
      { samples: 4, extraSample: 2, planar: true, tilePx: 16 },
      rgb,
      dropped,
    ],
    ['in grey', { samples: 1, photometric: 1 }, grey, fromGrey],
    [
      'in grey, white being zero',
      { samples: 1, photometric: 0 },
      grey.map((value) => 255 - value),
      fromGrey,
    ],
    ['in grey of 16 bits', { samples: 1, photometric: 1, bits: 16 }, grey, `${fromGrey}; ${upper}`],
    [
      'in grey with alpha',
      { samples: 2, photometric: 1, extraSample: 2 },
      grey,
      `${fromGrey}; ${dropped}`,
    ],
  ])('%s, with a notice', async (_, layout, pixels, notice) => {
    await expectPatch(read(layout), pixels, notice);
  });

  it('of several pages: the first', async () => {
    const raw = { width: 4, height: 6, channels: 3, pageHeight: 3 } as const;
    const pages = Buffer.concat([Buffer.alloc(36, 10), Buffer.alloc(36, 200)]);
    const tiff = await sharp(pages, { raw }).tiff({ compression: 'none' }).toBuffer();
    const patch = await readPatch(fileOf(tiff));
    expect([patch.widthPx, patch.heightPx, patch.pixels[0]]).toEqual([4, 3, 10]);
    expect(patch.notice).toBe('of several pages the first is read');
  });
});

describe('readPatch reads', () => {
  const raw = { width: size.widthPx, height: size.heightPx, channels: 3 } as const;
  const picture = () => sharp(Uint8Array.from(rgb), { raw });

  it('PNG', async () => {
    await expectPatch(readPatch(fileOf(await picture().png().toBuffer(), 'png')), rgb, null);
  });

  it.each(['lzw', 'deflate', 'packbits'] as const)('TIFF with %s and predictor', async (name) => {
    const tiff = picture().tiff({ compression: name, predictor: 'horizontal' });
    await expectPatch(readPatch(fileOf(await tiff.toBuffer())), rgb, null);
  });

  it('PNG of 16 bits', async () => {
    const png = picture().toColourspace('rgb16').png();
    const patch = await readPatch(fileOf(await png.toBuffer(), 'png'));
    expect([...patch.pixels]).toEqual(rgb);
    expect(patch.notice).toBe('of 16 bits a channel the upper 8 are kept');
  });

  it('PNG with alpha', async () => {
    const png = await picture().ensureAlpha(0.3).png().toBuffer();
    const notice = 'alpha and further channels are dropped';
    await expectPatch(readPatch(fileOf(png, 'png')), rgb, notice);
  });

  it.each([false, true])('JPEG (progressive: %s)', async (progressive) => {
    const white = sharp({ create: { width: 20, height: 18, channels: 3, background: '#c04080' } });
    const jpeg = await white.jpeg({ quality: 95, progressive }).toBuffer();
    const patch = await readPatch(fileOf(jpeg, 'jpg'));
    expect([patch.widthPx, patch.heightPx, patch.notice]).toEqual([20, 18, null]);
    // JPEG rounds colours in its own space: 2 of 255
    for (const [channel, value] of [0xc0, 0x40, 0x80].entries()) {
      expect(Math.abs((patch.pixels[channel] ?? 0) - value)).toBeLessThanOrEqual(2);
    }
  });

  it('grey JPEG, with a notice', async () => {
    const jpeg = await picture().toColourspace('b-w').jpeg().toBuffer();
    const patch = await readPatch(fileOf(jpeg, 'jpg'));
    expect(patch.notice).toBe('grey becomes RGB');
    expect(patch.pixels[0]).toBe(patch.pixels[2]);
  });

  it('what a name ending says wrongly', async () => {
    await expectPatch(readPatch(fileOf(await picture().png().toBuffer(), 'tif')), rgb, null);
  });

  it('pixels as they are stored, whatever the colour profile', async () => {
    const red = sharp({ create: { width: 4, height: 4, channels: 3, background: '#ff0000' } });
    const png = await red.withIccProfile('p3').png().toBuffer();
    const patch = await readPatch(fileOf(png, 'png'));
    // red of sRGB is (0.9175, 0.2003, 0.1386) in Display P3; a profile rounds by 1 of 255
    for (const [channel, value] of [234, 51, 35].entries()) {
      expect(Math.abs((patch.pixels[channel] ?? 0) - value)).toBeLessThanOrEqual(1);
    }
  });

  it('pixels as they are stored, whatever the EXIF orientation', async () => {
    const png = await picture().withMetadata({ orientation: 6 }).png().toBuffer();
    await expectPatch(readPatch(fileOf(png, 'png')), rgb, null);
  });
});

describe('readPatch refuses', () => {
  async function expectRefusal(path: string, why: RegExp) {
    const reading = readPatch(path);
    await expect(reading).rejects.toBeInstanceOf(UserError);
    const start = `Cannot read patch "${path}": expected `;
    await expect(reading).rejects.toThrow(start);
    await expect(reading).rejects.toThrow(why);
  }
  const fileFrom = (layout: Partial<TiffLayout>) =>
    fileOf(tiffBytes({ ...size, ...layout }, byteAt));

  it('a missing file', () =>
    expectRefusal(join(folder, 'none.tif'), /an image, got nothing at this path: put/));
  it('a folder', () => {
    mkdirSync(join(folder, 'folder.tif'));
    return expectRefusal(join(folder, 'folder.tif'), /an image, got a folder: move it away/);
  });
  it('an empty file', () =>
    expectRefusal(fileOf(Buffer.alloc(0)), /an image, got an empty file; copy it anew/));
  it('a file that is no image', () =>
    expectRefusal(fileOf(Buffer.from('id,label\n')), /a whole TIFF, PNG or JPEG, got ".*"; copy/));
  it('CMYK', () =>
    expectRefusal(
      fileFrom({ samples: 4, photometric: 5 }),
      /RGB or grey, got cmyk; save it as 8/i,
    ));
  it('CMYK, plane by plane in tiles', () =>
    expectRefusal(
      fileFrom({ samples: 4, photometric: 5, planar: true, tilePx: 16 }),
      /RGB or grey, got cmyk; save it as 8-bit RGB/i,
    ));
  it('L*a*b*', () => expectRefusal(fileFrom({ photometric: 8 }), /RGB or grey, got/));
  it('floating point', () =>
    expectRefusal(
      fileFrom({ bits: 32, sampleFormat: 3, samples: 3 }),
      /8 or 16 bits a channel, got 32 bits/,
    ));
  it('floating point, plane by plane in tiles', () =>
    expectRefusal(
      fileFrom({ bits: 32, sampleFormat: 3, planar: true, tilePx: 16 }),
      /8 or 16 bits a channel, got 32 bits/,
    ));

  const whole = (layout: Partial<TiffLayout> = {}) => tiffBytes({ ...size, ...layout }, byteAt);
  it.each([4, 8, 100, 1000])('a TIFF cut off after %i bytes', (length) =>
    expectRefusal(fileOf(whole().subarray(0, length)), /a whole TIFF, PNG or JPEG, got ".*"; copy/),
  );
  it('a TIFF of separate planes in tiles whose tiles are cut off', () =>
    expectRefusal(
      fileOf(withoutTail(whole({ planar: true, tilePx: 16 }))),
      /cut off; copy it anew/,
    ));

  it.each(['png', 'jpeg'] as const)('a %s cut off', async (format) => {
    const noise = Uint8Array.from({ length: 3 * 96 * 96 }, (_, at) => (at * at * 31) % 256);
    const raw = { width: 96, height: 96, channels: 3 } as const;
    const bytes = await sharp(noise, { raw }).toFormat(format).toBuffer();
    const half = fileOf(bytes.subarray(0, bytes.length / 2), format);
    await expectRefusal(half, /a whole TIFF, PNG or JPEG, got ".*"; copy it anew/);
  });

  it('to begin once aborted', async () => {
    const reason = new Error('stop');
    await expect(readPatch(fileFrom({}), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('fixtures', () => {
  it('reads a patch of Kaggle as sharp does', async () => {
    const path = fixturePatch();
    const { data } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    const patch = await readPatch(path);
    expect(Buffer.from(patch.pixels).equals(data)).toBe(true);
    expect([patch.widthPx, patch.heightPx, patch.notice]).toEqual([96, 96, null]);
  });
});

function fixturePatch(): string {
  const fixture = join(import.meta.dirname, '..', 'fixtures', 'patches');
  const [, row] = readFileSync(join(fixture, 'train_labels.csv'), 'utf8').split('\n');
  return join(fixture, 'train', `${row?.split(',')[0]}.tif`);
}

/** PackBits with literal runs alone. */
function packBits(block: Buffer): Buffer {
  const runs: Buffer[] = [];
  const row = 3 * size.widthPx;
  for (let at = 0; at < block.length; at += row) {
    runs.push(Buffer.of(row - 1), block.subarray(at, at + row));
  }
  return Buffer.concat(runs);
}

/** A Zstandard frame of one raw block, after RFC 8878. */
function zstdFrame(block: Buffer): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(0xfd2fb528, 0);
  header[4] = 0b1010_0000; // content size in four bytes, single segment
  header.writeUInt32LE(block.length, 5);
  header.writeUIntLE((block.length << 3) | 1, 9, 3); // last block, raw
  return Buffer.concat([header, block]);
}

/** Moves the directory of a TIFF to the front of its missing tiles, as a broken copy may do. */
function withoutTail(tiff: Buffer): Buffer {
  const directory = tiff.readUInt32LE(4);
  const entries = tiff.subarray(directory);
  const moved = Buffer.concat([tiff.subarray(0, 8), entries]);
  moved.writeUInt32LE(8, 4);
  const shift = directory - 8;
  for (let row = 0; row < moved.readUInt16LE(8); row++) {
    const at = 8 + 2 + 12 * row;
    const bytes = (moved.readUInt16LE(at + 2) === 3 ? 2 : 4) * moved.readUInt32LE(at + 4);
    if (bytes > 4) moved.writeUInt32LE(moved.readUInt32LE(at + 8) - shift, at + 8);
  }
  return moved;
}
