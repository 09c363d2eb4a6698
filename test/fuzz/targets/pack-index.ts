import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { DamagedPackError } from '../../../src/data/patch-pack.js';
import { UserError } from '../../../src/errors.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { readRows } from './patch-pack.js';

const pixels = Buffer.alloc(24, 7);
const sums = [crc32(pixels.subarray(12)), crc32(pixels.subarray(12))];

/** The index alone, with the sum that fits it. */
export const target: FuzzTarget = {
  seeds: () => [
    JSON.stringify({
      digest: 'abc',
      widthPx: 2,
      heightPx: 2,
      notices: [null, 'grey'],
      noticeOf: [1, 0],
      sums,
    }),
  ],
  tokens: [
    '"sums":',
    '"noticeOf":',
    '"widthPx":',
    '[',
    ']',
    '{',
    '}',
    ',',
    '-1',
    'null',
    '"__proto__":',
    '1e999',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'a.pack');
    const trailer = Buffer.alloc(24);
    trailer.writeUInt32LE(input.length, 0);
    trailer.writeUInt32LE(crc32(input), 4);
    trailer.write('histo patches 1\n', 8, 'latin1');
    await writeFile(path, Buffer.concat([pixels, input, trailer]));
    await readRows(path).catch((error: unknown) => {
      if (error instanceof DamagedPackError) throw new UserError(error.message);
      throw error;
    });
  },
};
