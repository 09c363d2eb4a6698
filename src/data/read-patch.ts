import { constants, readFile } from 'node:fs';
import { promisify } from 'node:util';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { messageOf, UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import type { Patch } from './patch.js';
import { isColourJpeg, isPatchFormat, isTiff, readPlainTiff } from './plain-image.js';

const largestPx = 2 ** 26; // 8,192 x 8,192: larger is a slide, and no patch

/**
 * Reads a patch, as {@link readPatch} does, or has kept it.
 *
 * @param room Where the pixels may be put, if they fit exactly: the patch is good only until the
 *   room is used again.
 */
export type PatchReader = (path: string, signal?: AbortSignal, room?: Uint8Array) => Promise<Patch>;

/**
 * Reads a TIFF, PNG or JPEG as 8-bit RGB: plain TIFFs directly, the rest through sharp, and TIFFs
 * that sharp cannot read (tiles with separate planes, Zstandard) through geotiff.
 *
 * The bytes of an 8-bit RGB file come as they are: colour profiles and EXIF orientation are not
 * applied, as in PIL. Grey becomes RGB, alpha and further channels are dropped, the upper 8 of
 * 16 bits are kept, of several pages the first is read: each with a notice. A plain TIFF takes
 * 0.2 ms, others 1 to 2 ms, nearly all of it on other threads.
 *
 * @param signal Aborts before or between the passes over the file.
 * @throws {UserError} If the file is missing, empty, cut off, no image, CMYK, L*a*b* or not of 8 or
 *   16 bits a channel.
 */
export async function readPatch(path: string, signal?: AbortSignal): Promise<Patch> {
  signal?.throwIfAborted();
  const bytes = await readBytes(path);
  signal?.throwIfAborted();
  const plain = readPlainTiff(bytes);
  if (plain !== null) return plain;
  if (bytes.length === 0) {
    throw cannotRead(path, 'expected an image, got an empty file; copy it anew');
  }
  if (!isPatchFormat(bytes)) throw refused(path, 'another kind of file');
  sharp.cache(false); // no file is read twice in an epoch
  sharp.concurrency(1); // many files at once keep the threads busy; one file is too small for two
  const image = sharp(bytes, { failOn: 'error', ignoreIcc: true, limitInputPixels: largestPx });
  try {
    if (isColourJpeg(bytes)) return await decode(image, null);
    const metadata = await image.metadata();
    signal?.throwIfAborted();
    const refusal = refusalOf(metadata);
    if (refusal !== null) throw cannotRead(path, refusal);
    return await decode(image, noticeOf(metadata));
  } catch (error) {
    if (signal?.aborted === true || error instanceof UserError) throw error;
    return await readWithoutSharp(path, bytes, error);
  }
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

/** A pipe in a patch's place gives nothing then. Node takes numbers; its types do not know. */
const withoutWaiting = { flag: (constants.O_RDONLY | constants.O_NONBLOCK) as unknown as string };
const readWhole = promisify(readFile); // half the processor time of fs/promises on small files

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readWhole(path, withoutWaiting);
  } catch (error) {
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw cannotRead(path, `expected an image, ${fault}`, error);
  }
}

function refused(path: string, reason: unknown): UserError {
  const detail = messageOf(reason).split('\n', 1)[0] ?? '';
  const advice = 'copy it anew, or save it as 8-bit RGB';
  return cannotRead(path, `expected a whole TIFF, PNG or JPEG, got "${detail}"; ${advice}`, reason);
}

function cannotRead(path: string, why: string, cause?: unknown): UserError {
  return new UserError(`Cannot read patch "${path}": ${why}`, { cause });
}
