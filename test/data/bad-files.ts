import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { fixturePatches } from '../fixture-patches.js';
import { tiffBytes } from './tiff-bytes.js';

/** A file that is no patch of 96 x 96 px, and what is said of it. */
export interface BadFile {
  readonly kind: string;
  /** Makes it; the path ends in `.tif` and nothing is there. */
  readonly make: (path: string) => void | Promise<void>;
  /** How the error goes on behind the path. */
  readonly said: RegExp;
}

const whole = () => readFileSync(firstFixture());
const readable = /expected a whole TIFF, PNG or JPEG, got ".+"; copy it anew/;

/** Every kind of file that a folder of patches may hold by mistake or malice, made for real. */
export const badFiles: readonly BadFile[] = [
  {
    kind: 'a file that is cut off',
    make: (path) => writeFileSync(path, whole().subarray(0, 9000)),
    said: /expected \d+ bytes or more, got 9000: the file is cut off; copy it anew/,
  },
  {
    kind: 'an empty file',
    make: (path) => writeFileSync(path, ''),
    said: /expected an image, got an empty file; copy it anew/,
  },
  {
    kind: 'a patch of another size',
    make: (path) =>
      writeFileSync(
        path,
        tiffBytes({ widthPx: 50, heightPx: 96 }, () => 90),
      ),
    said: /expected 96 x 96 px as ".+" has, got 50 x 96 px; all patches must have one size/,
  },
  {
    kind: 'a text',
    make: (path) => writeFileSync(path, 'id,label\n'),
    said: readable,
  },
  {
    kind: 'a TIFF that declares 10.8 GB',
    make: (path) => writeFileSync(path, withSize(whole(), 60_000)),
    said: /expected (96 x 96 px as ".+" has|a patch of up to 8192 x 8192 px), got 60000 x 60000 px/,
  },
  {
    kind: 'a small PNG of 192 MB',
    make: (path) => writeFileSync(path, blackPng(8192)),
    said: /expected 96 x 96 px as ".+" has, got 8192 x 8192 px/,
  },
  {
    kind: 'a JPEG of 192 MB',
    make: async (path) => {
      const create = { width: 8192, height: 8192, channels: 3, background: '#c04080' } as const;
      writeFileSync(path, await sharp({ create }).jpeg({ quality: 1 }).toBuffer());
    },
    said: /expected 96 x 96 px as ".+" has, got 8192 x 8192 px/,
  },
  {
    kind: 'a TIFF of 50 px whose directories go round in a circle',
    make: (path) =>
      writeFileSync(path, circular(tiffBytes({ widthPx: 50, heightPx: 50 }, () => 9))),
    said: /expected .+, got .+/,
  },
  {
    kind: 'a sparse file of 5 GB',
    make: (path) => sparse(path, 5e9),
    said: /expected an image of up to 256 MiB, got a larger file; cut it into patches/,
  },
  {
    kind: 'a sparse file of 200 MB',
    make: (path) => sparse(path, 2e8),
    said: /expected a whole TIFF, PNG or JPEG, got a large file of another kind; copy it anew/,
  },
  {
    kind: 'a folder',
    make: (path) => mkdirSync(path),
    said: /expected an image, got a folder: move it away/,
  },
  {
    kind: 'a link to the folder that it is in',
    make: (path) => symlinkSync(dirname(path), path),
    said: /expected an image, got a folder: move it away/,
  },
  {
    kind: 'a link to itself',
    make: (path) => symlinkSync(basename(path), path),
    said: /expected an image, got a link that leads back to itself: mend the link/,
  },
  {
    kind: 'a link to nothing',
    make: (path) => symlinkSync('nothing.tif', path),
    said: /expected an image, got a link to nothing: mend the link/,
  },
  {
    kind: 'a named pipe',
    make: (path) => void execFileSync('mkfifo', [path]),
    said: /expected an image, got a named pipe: move it away/,
  },
  {
    kind: 'a socket',
    make: (path) => listenOnce(path),
    said: /expected an image, got a socket or a device: move it away/,
  },
  {
    kind: 'a link to a device without end',
    make: (path) => symlinkSync('/dev/zero', path),
    said: /expected an image, got a socket or a device: move it away/,
  },
];

function firstFixture(): string {
  const [, row = ''] = readFileSync(fixturePatches.labels, 'utf8').split('\n');
  return join(fixturePatches.images, `${row.split(',')[0]}.tif`);
}

/** Changes what a little-endian TIFF says of its width and height. */
function withSize(tiff: Buffer, sidePx: number): Buffer {
  const changed = Buffer.from(tiff);
  const directory = changed.readUInt32LE(4);
  for (let row = 0; row < changed.readUInt16LE(directory); row++) {
    const at = directory + 2 + 12 * row;
    if (![256, 257].includes(changed.readUInt16LE(at))) continue;
    changed.writeUInt16LE(4, at + 2);
    changed.writeUInt32LE(sidePx, at + 8);
  }
  return changed;
}

/** Lets the only directory of a TIFF be followed by itself. */
function circular(tiff: Buffer): Buffer {
  const directory = tiff.readUInt32LE(4);
  tiff.writeUInt32LE(directory, directory + 2 + 12 * tiff.readUInt16LE(directory));
  return tiff;
}

/** A PNG after its specification: header, deflated rows of zeros, end. */
function blackPng(sidePx: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sidePx, 0);
  header.writeUInt32BE(sidePx, 4);
  header.set([8, 2], 8); // bits, RGB
  const rows = deflateSync(Buffer.alloc(sidePx * (3 * sidePx + 1)), { level: 1 });
  const start = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([start, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND')]);
}

function chunk(name: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

function sparse(path: string, bytes: number): void {
  closeSync(openSync(path, 'w'));
  truncateSync(path, bytes);
}

/** Leaves a socket where a server was that did not close. */
function listenOnce(path: string): void {
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', program]);
}
