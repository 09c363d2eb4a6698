import sharp, { type Metadata, type Sharp } from 'sharp';
import { messageOf, UserError } from '../errors.js';
import { queue } from '../queue.js';
import { BadPatchError } from './bad-patch.js';
import type { Patch } from './patch.js';
import { patchBytes } from './patch-bytes.js';
import { type PatchLike, type PatchSize, refuseOtherSize, sizeText } from './patch-size.js';
import { colourJpegSize, isPatchFormat, isTiff, readPlainTiff } from './plain-image.js';

const largestPx = 2 ** 26; // 8,192 x 8,192: larger is a slide, and no patch
const largestBytes = 2 ** 28; // such a patch, uncompressed, and a quarter more
const [manyPx, manyBytes] = [2 ** 22, 2 ** 24]; // with more, one patch at a time, to spare the memory
const [largeFiles, largeImages] = [queue(), queue()];

/**
 * Reads a patch, as {@link readPatch} does, or has kept it.
 *
 * @param room Where the pixels may be put, if they fit exactly: the patch is good only until the
 *   room is used again.
 * @param like A patch whose size it must have: any other is refused by its header, before its pixels
 *   take memory.
 */
export type PatchReader = (
  path: string,
  signal?: AbortSignal,
  room?: Uint8Array,
  like?: PatchLike,
) => Promise<Patch>;

/**
 * Reads a TIFF, PNG or JPEG as 8-bit RGB: plain TIFFs directly, the rest through sharp, and TIFFs
 * that sharp cannot read (tiles with separate planes, Zstandard) through geotiff.
 *
 * The bytes of an 8-bit RGB file come as they are: colour profiles and EXIF orientation are not
 * applied, as in PIL. Grey becomes RGB, alpha and further channels are dropped, the upper 8 of
 * 16 bits are kept, of several pages the first is read: each with a notice. A plain TIFF takes
 * 0.2 ms, others 1 to 2 ms, nearly all of it on other threads. Files above 16 MiB and images above
 * 4 megapixels wait for each other, so that any number of them takes the memory of one.
 *
 * @param signal Aborts before or between the passes over the file.
 * @throws {BadPatchError} If the file is missing, empty, cut off, no regular file, no image, a slide,
 *   CMYK, L*a*b* or not of 8 or 16 bits a channel, or has not the wanted size.
 */
export const readPatch: PatchReader = async (path, signal, _room, like) => {
  signal?.throwIfAborted();
  const bytes = await patchBytes(path, manyBytes);
  if (bytes !== null) return await readBytes(path, bytes, signal, like);
  return await largeFiles(async () => {
    signal?.throwIfAborted();
    const start = await patchBytes(path, largestBytes, 4);
    if (start === null) {
      const got = 'got a larger file; cut it into patches';
      throw cannotRead(path, `expected an image of up to 256 MiB, ${got}`);
    }
    if (!isPatchFormat(start)) {
      const got = 'got a large file of another kind; copy it anew';
      throw cannotRead(path, `expected a whole TIFF, PNG or JPEG, ${got}`);
    }
    const many = await patchBytes(path, largestBytes);
    return await readBytes(path, many ?? start, signal, like); // it has grown: the start is refused
  });
};

async function readBytes(
  path: string,
  bytes: Buffer,
  signal: AbortSignal | undefined,
  like: PatchLike | undefined,
): Promise<Patch> {
  signal?.throwIfAborted();
  const plain = readPlainTiff(bytes);
  if (plain !== null) {
    if (like !== undefined) refuseOtherSize(path, plain, like);
    return plain;
  }
  if (bytes.length === 0) {
    throw cannotRead(path, 'expected an image, got an empty file; copy it anew');
  }
  if (!isPatchFormat(bytes)) throw refused(path, 'another kind of file');
  sharp.cache(false); // no file is read twice in an epoch
  sharp.concurrency(1); // many files at once keep the threads busy; one file is too small for two
  try {
    const { notice, ...size } = await headerOf(path, bytes);
    signal?.throwIfAborted();
    if (like !== undefined) refuseOtherSize(path, size, like);
    return await decodeInTurn(path, bytes, size, notice);
  } catch (error) {
    if (signal?.aborted === true || error instanceof UserError) throw error;
    return await readWithoutSharp(path, bytes, error);
  }
}

const options = { failOn: 'error', ignoreIcc: true } as const;

/** What the file says of itself, whatever size that is. */
async function headerOf(path: string, bytes: Buffer): Promise<Omit<Patch, 'pixels'>> {
  const jpeg = colourJpegSize(bytes);
  if (jpeg !== null) return { ...jpeg, notice: null };
  const metadata = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
  const refusal = refusalOf(metadata);
  if (refusal !== null) throw cannotRead(path, refusal);
  const { width: widthPx, height: heightPx } = metadata;
  return { widthPx, heightPx, notice: noticeOf(metadata) };
}

async function decodeInTurn(
  path: string,
  bytes: Buffer,
  size: PatchSize,
  notice: string | null,
): Promise<Patch> {
  const count = size.widthPx * size.heightPx;
  if (count > largestPx) {
    const wanted = 'expected a patch of up to 8192 x 8192 px';
    throw cannotRead(path, `${wanted}, got ${sizeText(size)}; cut it into patches`);
  }
  const image = sharp(bytes, { ...options, limitInputPixels: largestPx });
  return count > manyPx ? await largeImages(() => decode(image, notice)) : decode(image, notice);
}

async function decode(image: Sharp, notice: string | null): Promise<Patch> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const { width: widthPx, height: heightPx, channels } = info;
  return { pixels: firstThree(data, widthPx * heightPx, channels), widthPx, heightPx, notice };
}

function refusalOf({ space, depth, bitsPerSample }: Metadata): string | null {
  if (depth !== 'uchar' && depth !== 'ushort') {
    return `expected 8 or 16 bits a channel, got ${bitsPerSample ?? ''} bits (${depth}); save it as 8-bit RGB`;
  }
  const isRgbOrGrey = ['srgb', 'rgb', 'rgb16', 'b-w', 'grey16'].includes(space);
  return isRgbOrGrey ? null : `expected RGB or grey, got ${space}; save it as 8-bit RGB`;
}

function noticeOf({ space, depth, channels, pages }: Metadata): string | null {
  const isGrey = space === 'b-w' || space === 'grey16';
  const notices = [
    isGrey ? 'grey becomes RGB' : null,
    channels > (isGrey ? 1 : 3) ? 'alpha and further channels are dropped' : null,
    depth === 'ushort' ? 'of 16 bits a channel the upper 8 are kept' : null,
    (pages ?? 1) > 1 ? 'of several pages the first is read' : null,
  ].filter((notice) => notice !== null);
  return notices.length === 0 ? null : notices.join('; ');
}

/** Drops what follows the third channel; one or two channels are grey, with alpha. */
function firstThree(data: Uint8Array, pixelCount: number, channels: number): Uint8Array {
  if (channels === 3) return data;
  const pixels = new Uint8Array(3 * pixelCount);
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * pixel + channel] = data[channels * pixel + (channels < 3 ? 0 : channel)] ?? 0;
    }
  }
  return pixels;
}

/** Says why sharp failed, or reads what it cannot. */
async function readWithoutSharp(path: string, bytes: Buffer, reason: unknown): Promise<Patch> {
  if (!isTiff(bytes)) throw refused(path, reason);
  const { readOddTiff } = await import('./read-odd-tiff.js');
  try {
    return await readOddTiff(bytes);
  } catch (error) {
    if (error instanceof UserError) throw cannotRead(path, error.message);
    throw refused(path, reason);
  }
}

function refused(path: string, reason: unknown): BadPatchError {
  const detail = messageOf(reason).split('\n', 1)[0] ?? '';
  const advice = 'copy it anew, or save it as 8-bit RGB';
  return cannotRead(path, `expected a whole TIFF, PNG or JPEG, got "${detail}"; ${advice}`, reason);
}

function cannotRead(path: string, why: string, cause?: unknown): BadPatchError {
  return new BadPatchError('read', path, why, cause);
}
