import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readPatch } from '../../src/data/read-patch.js';
import { UserError } from '../../src/errors.js';
import { temporaryFolder } from './temporary-folder.js';
import { type TiffLayout, tiffBytes } from './tiff-bytes.js';

const folder = temporaryFolder();
const path = join(folder, 'hostile.tif');
const tiles = { planar: true, tilePx: 16 } as const; // what sharp leaves to geotiff

function tiff(layout: Partial<TiffLayout>, changed: Readonly<Record<number, number>> = {}): Buffer {
  const bytes = tiffBytes({ widthPx: 16, heightPx: 16, ...layout }, (x, y) => (x + y) % 256);
  const directory = bytes.readUInt32LE(4);
  for (let at = directory + 2; at < directory + 2 + 12 * bytes.readUInt16LE(directory); at += 12) {
    const value = changed[bytes.readUInt16LE(at)];
    if (value !== undefined) bytes.writeUInt32LE(value, at + 8);
  }
  return bytes;
}

/** A directory of so many tags, each of which says that it is the whole file. */
function crowdedTiff(tags: number, isBig: boolean): Buffer {
  const [head, width] = isBig ? [16, 20] : [8, 12];
  const bytes = Buffer.alloc(head + 8 + width * tags + 8);
  bytes.write(isBig ? 'II+\0' : 'II*\0', 'latin1');
  if (isBig) bytes.writeUInt16LE(8, 4);
  bytes.writeUInt32LE(head, isBig ? 8 : 4);
  bytes.writeUInt16LE(tags, head);
  const first = head + (isBig ? 8 : 2);
  for (let at = first; at < first + width * tags; at += width) {
    bytes.writeUInt16LE(258 + (at % 3), at);
    bytes.writeUInt16LE(3, at + 2);
    bytes.writeUInt32LE((bytes.length - 8) / 2, at + 4);
  }
  return bytes;
}

const bomb = deflateSync(Buffer.alloc(2 ** 28)); // 256 MiB out of 261 kB
const brokenZstd = Buffer.from('28b52ffd0058ffffffffffffffffffffffff', 'hex');

describe('readPatch refuses', () => {
  it.each<[string, Buffer, RegExp]>([
    [
      'an SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      /got "another kind of file"/,
    ],
    ['a GIF', Buffer.from('GIF89a\x01\0\x01\0\0\0\0'), /got "another kind of file"/],
    ['2^31 pixels a side', tiff({}, { 256: 2 ** 31, 257: 2 ** 31 }), /got 2147483648 x 2147483648/],
    ['tiles of 2^31 pixels', tiff(tiles, { 322: 2 ** 31, 323: 2 ** 31 }), /./],
    [
      'tiles of a pixel',
      tiff({ ...tiles, widthPx: 2048, heightPx: 2048 }, { 322: 1, 323: 1 }),
      /./,
    ],
    ['tiles that are all the same', tiff(tiles, { 325: 8 }), /./],
    ['tags that are all the file', crowdedTiff(60_000, false), /got "/],
    ['tags that are all the BigTIFF', crowdedTiff(60_000, true), /got "/],
    [
      'a tile that unpacks without end',
      tiff({ ...tiles, compression: 8, pack: () => bomb }),
      /got "/,
    ],
    [
      'Zstandard that never ends',
      tiff({ ...tiles, compression: 50000, pack: () => brokenZstd }),
      /got "/,
    ],
    [
      'LZW that geotiff never ends',
      tiff({ ...tiles, compression: 5, pack: () => Buffer.alloc(64, 255) }),
      /got compression 5/,
    ],
    ['a JPEG of 65,535 pixels a side', jpegClaiming(65_535), /got 65535 x 65535 px/],
  ])('%s', async (_, bytes, why) => {
    writeFileSync(path, bytes);
    await expect(readPatch(path)).rejects.toThrow(UserError);
    await expect(readPatch(path)).rejects.toThrow(why);
  });

  it.skipIf(process.platform === 'win32')('a link to a pipe, without waiting for it', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    symlinkSync(pipe, join(folder, 'link.tif'));
    await expect(readPatch(join(folder, 'link.tif'))).rejects.toThrow('got a named pipe');
  });
});

/** A JPEG's start of a frame, after ITU T.81, B.2.2, and nothing behind. */
function jpegClaiming(side: number): Buffer {
  const bytes = Buffer.from('ffd8ffc0001108ffffffff03011100021101031101ffd9', 'hex');
  bytes.writeUInt16BE(side, 7);
  bytes.writeUInt16BE(side, 9);
  return bytes;
}
