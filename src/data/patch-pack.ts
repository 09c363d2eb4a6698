import { read, write } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import {
  indexLengthIn,
  type PackIndex,
  packIndexBytes,
  parsePackIndex,
  trailerBytes,
} from './pack-index.js';
import type { Patch } from './patch.js';

const indexBytesOf = (rows: number) => 2 ** 20 + 16 * rows; // at most: a sum and a notice a row

const readAt = promisify(read); // half the processor time of a FileHandle's own
const writeAt = promisify(write);

/** Thrown where a pack is not what was written: cut off, overwritten, or of another format. */
export class DamagedPackError extends Error {
  override readonly name = 'DamagedPackError';

  constructor(path: string, got: string) {
    super(`Cannot use "${path}": expected a pack as it was written, got ${got}`);
  }
}

/**
 * A file of decoded patches of one size: a row of widthPx x heightPx x 3 bytes each, then an index.
 * Rows are written in any order and can be read as soon as they are; `seal` writes the index.
 */
export class PatchPack {
  /** How many rows are written. */
  filled: number;
  readonly widthPx: number;
  readonly heightPx: number;
  private readonly rowBytes: number;
  private readonly sums: Uint32Array;
  private readonly notices: (string | null)[];
  private readonly noticeOf: Int8Array; // -1: the row is not written

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    index: Omit<PackIndex, 'digest'>,
  ) {
    this.widthPx = index.widthPx;
    this.heightPx = index.heightPx;
    this.rowBytes = 3 * index.widthPx * index.heightPx;
    this.sums = Uint32Array.from(index.sums);
    this.notices = [...index.notices];
    this.noticeOf = Int8Array.from(index.noticeOf);
    this.filled = this.noticeOf.filter((notice) => notice >= 0).length;
  }

  /** A pack of so many rows, none of them written, in a file that must not be there yet. */
  static async create(
    path: string,
    count: number,
    { widthPx, heightPx }: Pick<Patch, 'widthPx' | 'heightPx'>,
  ): Promise<PatchPack> {
    const [sums, noticeOf] = [Array<number>(count).fill(0), Array<number>(count).fill(-1)];
    const file = await open(path, 'wx+', 0o600); // patches of patients: nobody else's
    return new PatchPack(path, file, { widthPx, heightPx, notices: [null], noticeOf, sums });
  }

  /**
   * Opens a sealed pack. Each row is held against its sum when it is read, not before.
   *
   * @throws {DamagedPackError} If it is not a whole pack of so many rows with this digest.
   */
  static async open(path: string, count: number, digest: string): Promise<PatchPack> {
    const file = await open(path, 'r');
    try {
      const { index, start } = await readIndex(path, file, indexBytesOf(count));
      const isThis = index.digest === digest && index.sums.length === count;
      if (!isThis || start !== 3 * index.widthPx * index.heightPx * count) {
        throw new DamagedPackError(path, 'that of other files');
      }
      return new PatchPack(path, file, index);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  has(row: number): boolean {
    return (this.noticeOf[row] ?? -1) >= 0;
  }

  /**
   * Reads a row that is written: 27.6 kB at 96 px, some 10 microseconds where the system has it in
   * its memory, most of them on other threads.
   *
   * @param room Where its pixels are put if they fit exactly.
   * @throws {DamagedPackError} If it does not have the sum that was written.
   */
  async read(row: number, room?: Uint8Array): Promise<Patch> {
    const { rowBytes, widthPx, heightPx } = this;
    const pixels = room?.length === rowBytes ? room : new Uint8Array(rowBytes);
    await readWhole(this.path, this.file, pixels, row * rowBytes);
    if (crc32(pixels) !== this.sums[row]) {
      throw new DamagedPackError(this.path, `other bytes in row ${row}`);
    }
    return { pixels, widthPx, heightPx, notice: this.notices[this.noticeOf[row] ?? 0] ?? null };
  }

  /** Writes a row, of a patch of the pack's size. */
  async write(row: number, { pixels, notice }: Patch): Promise<void> {
    await writeWhole(this.file, pixels, row * this.rowBytes);
    if (!this.has(row)) this.filled++;
    if (!this.notices.includes(notice)) this.notices.push(notice);
    this.sums[row] = crc32(pixels);
    this.noticeOf[row] = this.notices.indexOf(notice);
  }

  /** Writes the index once all rows are written, and sees to it that all is on the disk. */
  async seal(digest: string): Promise<void> {
    const { widthPx, heightPx, notices, rowBytes } = this;
    const [sums, noticeOf] = [[...this.sums], [...this.noticeOf]];
    const index = packIndexBytes({ digest, widthPx, heightPx, notices, noticeOf, sums });
    await writeWhole(this.file, index, sums.length * rowBytes);
    await this.file.sync();
  }

  /** Gives its room on the disk back, where others may not have it open. */
  async empty(): Promise<void> {
    await this.file.truncate(0);
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** The index, and where it starts in the file. */
async function readIndex(path: string, file: FileHandle, mostBytes: number) {
  const trailerStart = (await file.stat()).size - trailerBytes;
  if (trailerStart < 0) throw new DamagedPackError(path, 'a part of it');
  const trailer = Buffer.alloc(trailerBytes);
  await readWhole(path, file, trailer, trailerStart);
  const length = indexLengthIn(trailer) ?? Number.POSITIVE_INFINITY;
  const start = trailerStart - length;
  if (start < 0 || length > mostBytes)
    throw new DamagedPackError(path, 'a part of it, or another file');
  const text = Buffer.alloc(trailerStart - start);
  await readWhole(path, file, text, start);
  const index = parsePackIndex(text, trailer);
  if (index === null) throw new DamagedPackError(path, 'another index');
  return { index, start };
}

async function readWhole(
  path: string,
  { fd }: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  const { bytesRead } = await readAt(fd, bytes, 0, bytes.length, position);
  if (bytesRead !== bytes.length) throw new DamagedPackError(path, 'its end too early');
}

async function writeWhole({ fd }: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const rest = bytes.length - done;
    done += (await writeAt(fd, bytes, done, rest, position + done)).bytesWritten;
  }
}
