import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { parseJson } from '../parse-json.js';

/** What a pack says of its rows; it stands behind them in the file. */
export interface PackIndex {
  /** Of the files whose patches it holds, as they were. */
  readonly digest: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** What may be noticed of a patch; the first is null, for nothing. */
  readonly notices: readonly (string | null)[];
  /** Which of the notices each row has. */
  readonly noticeOf: readonly number[];
  /** CRC-32 of each row. */
  readonly sums: readonly number[];
}

/** The last bytes of a pack: length and CRC-32 of the index (uint32, little-endian), the name of the format. */
export const trailerBytes = 24;

const format = 'histo patches 1\n'; // 16 bytes

const sidePx = z.int().positive().max(8192);
const indexSchema = z.object({
  digest: z.string(),
  widthPx: sidePx,
  heightPx: sidePx,
  notices: z.array(z.string().nullable()).min(1).max(127),
  noticeOf: z.array(z.int().min(-1).max(126)),
  sums: z.array(z.int().nonnegative()),
});

/** The index as JSON, and the trailer. */
export function packIndexBytes(index: PackIndex): Buffer {
  const text = Buffer.from(JSON.stringify(index));
  const trailer = Buffer.alloc(trailerBytes);
  trailer.writeUInt32LE(text.length, 0);
  trailer.writeUInt32LE(crc32(text), 4);
  trailer.write(format, 8, 'latin1');
  return Buffer.concat([text, trailer]);
}

/** The length of the index, or null if these bytes end no pack. */
export function indexLengthIn(trailer: Buffer): number | null {
  const isWhole = trailer.length === trailerBytes && trailer.toString('latin1', 8) === format;
  return isWhole ? trailer.readUInt32LE(0) : null;
}

/** The index, or null if it is damaged. */
export function parsePackIndex(text: Buffer, trailer: Buffer): PackIndex | null {
  if (crc32(text) !== trailer.readUInt32LE(4)) return null;
  try {
    const index = indexSchema.parse(parseJson(text.toString()));
    return index.noticeOf.length === index.sums.length ? index : null;
  } catch {
    return null; // of another histo, or made by somebody else
  }
}
