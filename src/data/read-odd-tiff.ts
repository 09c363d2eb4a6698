import { fromArrayBuffer, type GeoTIFFImage } from 'geotiff';
import { UserError } from '../errors.js';
import { boundDecoders, compressions, compressionsText } from './bounded-decoders.js';
import { largestBlockPx } from './bytes-of-block.js';
import type { Patch } from './patch.js';
import { valuesInDirectory } from './values-in-directory.js';

const photometricNames = ['grey', 'grey', 'RGB', 'palette', 'mask', 'CMYK', 'YCbCr', '', 'L*a*b*'];
const readable = ['grey', 'RGB', 'palette', 'YCbCr'];
const largestPx = 2 ** 24; // 4,096 x 4,096
const mostBlocks = 2 ** 16;
const mostSamples = 8;
const sampleFormat = 339; // the number of the tag

boundDecoders();

/**
 * Reads a TIFF through geotiff: the tiles with separate planes and the compressions that sharp
 * does not know. Slower than sharp (about 10 ms), and on the main thread: so what would take long is
 * refused before.
 *
 * @param bytes The whole file.
 * @throws {UserError} If the file is cut off, above 4,096 x 4,096 pixels, or neither grey nor RGB of 8 or 16 bits; its message
 *   lacks the file's name. Other errors are geotiff's own.
 */
export async function readOddTiff(bytes: Uint8Array): Promise<Patch> {
  if (!(valuesInDirectory(bytes) <= bytes.length)) {
    throw new RangeError('Cannot read a TIFF whose tags have more values than the file has bytes');
  }
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
  image.fileDirectory.actualizedFields.delete(sampleFormat); // named once for all, geotiff misses the others'
  refuseUnbounded(image);
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

/** What geotiff would take long for, or fill the memory with. */
function refuseUnbounded(image: GeoTIFFImage): void {
  const compression = image.fileDirectory.getValue('Compression') ?? 1;
  if (!compressions.includes(compression)) {
    throw new UserError(
      `expected ${compressionsText}, got compression ${compression}; save it as 8-bit RGB`,
    );
  }
  const [width, height] = [image.getWidth(), image.getHeight()];
  const [blockWidth, blockHeight] = [image.getTileWidth(), image.getTileHeight()];
  const blocks = Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight);
  const isBounded =
    width * height <= largestPx &&
    blockWidth * blockHeight <= largestBlockPx &&
    blocks * blockWidth * blockHeight <= 2 * largestPx && // a block may stand over
    blocks <= mostBlocks &&
    image.getSamplesPerPixel() <= mostSamples;
  if (isBounded) return;
  throw new UserError(
    `expected at most 4096 x 4096 pixels and ${mostSamples} samples, got ${width} x ${height} in tiles of ${blockWidth} x ${blockHeight} with ${image.getSamplesPerPixel()} samples; cut it into patches`,
  );
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
  const end = ends.reduce((most, one) => Math.max(most, one), 0); // may be NaN
  if (!(end <= size)) {
    throw new UserError(
      `expected ${end} bytes or more, got ${size}: the file is cut off; copy it anew`,
    );
  }
  const sum = Array.from(counts ?? [], Number).reduce((total, one) => total + one, 0);
  if (sum > size) throw new UserError('expected tiles of their own, got some twice; copy it anew');
}

function upperBytes(values: Uint16Array): Uint8Array {
  return Uint8Array.from(values, (value) => value >> 8);
}
