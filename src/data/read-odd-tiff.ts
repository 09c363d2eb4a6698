import { fromArrayBuffer, type GeoTIFFImage } from 'geotiff';
import { UserError } from '../errors.js';
import type { Patch } from './patch.js';

const photometricNames = ['grey', 'grey', 'RGB', 'palette', 'mask', 'CMYK', 'YCbCr', '', 'L*a*b*'];
const readable = ['grey', 'RGB', 'palette', 'YCbCr'];

/** True if the bytes start as a TIFF or BigTIFF does, of either byte order. */
export function isTiff(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(start);
}

/**
 * Reads a TIFF through geotiff: the tiles with separate planes and the compressions that sharp
 * does not know. Slower than sharp (about 10 ms), and on the main thread.
 *
 * @param bytes The whole file.
 * @throws {UserError} If the file is cut off, or neither grey nor RGB of 8 or 16 bits; its message
 *   lacks the file's name. Other errors are geotiff's own.
 */
export async function readOddTiff(bytes: Uint8Array): Promise<Patch> {
  const tiff = await fromArrayBuffer(new Uint8Array(bytes).buffer);
  const image = await tiff.getImage();
  const bits = image.getBitsPerSample();
  const photometric =
    photometricNames[image.fileDirectory.getValue('PhotometricInterpretation') ?? -1];
  if (!readable.includes(photometric ?? '')) {
    throw new UserError(
      `expected RGB or grey, got ${photometric ?? 'other colours'}; save it as 8-bit RGB`,
    );
  }
  if ((bits !== 8 && bits !== 16) || image.getSampleFormat() !== 1) {
    throw new UserError(`expected 8 or 16 bits a channel, got ${bits} bits; save it as 8-bit RGB`);
  }
  await refuseCutOff(image, bytes.length);
  const pixels = await image.readRGB({ interleave: true });
  return {
    pixels:
      bits === 16 && pixels instanceof Uint16Array ? upperBytes(pixels) : Uint8Array.from(pixels),
    widthPx: image.getWidth(),
    heightPx: image.getHeight(),
    notice: noticeOf(photometric === 'grey', bits, image.getSamplesPerPixel()),
  };
}

function noticeOf(isGrey: boolean, bits: number, samples: number): string | null {
  const notices = [
    isGrey ? 'grey becomes RGB' : null,
    !isGrey && samples > 3 ? 'alpha and further channels are dropped' : null,
    bits === 16 ? 'of 16 bits a channel the upper 8 are kept' : null,
  ].filter((notice) => notice !== null);
  return notices.length === 0 ? null : notices.join('; ');
}

/** geotiff reads what is missing as less, and not as an error. */
async function refuseCutOff(image: GeoTIFFImage, size: number): Promise<void> {
  const directory = image.fileDirectory;
  const [offsets, counts] = image.isTiled
    ? [await directory.loadValue('TileOffsets'), await directory.loadValue('TileByteCounts')]
    : [await directory.loadValue('StripOffsets'), await directory.loadValue('StripByteCounts')];
  const ends = Array.from(
    offsets ?? [],
    (offset, block) => Number(offset) + Number(counts?.[block]),
  );
  const end = Math.max(0, ...ends);
  if (!(end <= size)) {
    throw new UserError(
      `expected ${end} bytes or more, got ${size}: the file is cut off; copy it anew`,
    );
  }
}

function upperBytes(values: Uint16Array): Uint8Array {
  return Uint8Array.from(values, (value) => value >> 8);
}
