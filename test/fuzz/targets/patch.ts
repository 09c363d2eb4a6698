import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { readPatch } from '../../../src/data/read-patch.js';
import { type TiffLayout, tiffBytes } from '../../data/tiff-bytes.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

const size = { widthPx: 8, heightPx: 6 };
const layouts: Partial<TiffLayout>[] = [
  {},
  { bigEndian: true, bits: 16 },
  { compression: 8, pack: (block) => deflateSync(block) },
  { tilePx: 16 },
  { planar: true, tilePx: 16 },
  { planar: true, tilePx: 16, compression: 8, pack: (block) => deflateSync(block) },
  { planar: true, tilePx: 16, bigEndian: true, bits: 16 },
  { samples: 1, photometric: 1 },
  { compression: 50000, pack: zstdFrame },
];

export const target: FuzzTarget = {
  seeds: async () => {
    const raw = { width: size.widthPx, height: size.heightPx, channels: 3 } as const;
    const picture = sharp(Buffer.alloc(3 * 8 * 6, 97), { raw });
    return [
      ...layouts.map((layout) =>
        tiffBytes({ ...size, ...layout }, (x, y, sample) => 9 * x + y + sample),
      ),
      await picture.png().toBuffer(),
      await picture.jpeg().toBuffer(),
      await picture.tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer(),
      await picture.tiff({ compression: 'jpeg', bigtiff: true }).toBuffer(),
    ];
  },
  tokens: ['II*\0', 'MM\0*', 'II+\0', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff', '<svg>', 'IDAT', 'IHDR'],
  run: async (input, folder) => {
    const path = join(folder, 'a.tif');
    await writeFile(path, input);
    const { pixels, widthPx, heightPx } = await readPatch(path);
    expectThat(pixels.length === 3 * widthPx * heightPx, 'three bytes a pixel');
    expectThat(widthPx * heightPx <= 2 ** 26, 'a bounded size');
  },
};

/** A frame of one raw block, after RFC 8878. */
function zstdFrame(block: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(0xfd2fb528, 0);
  head[4] = 0xa0; // one segment, its size in four bytes
  head.writeUInt32LE(block.length, 5);
  head.writeUIntLE(1 + (block.length << 3), 9, 3);
  return Buffer.concat([head, block]);
}
