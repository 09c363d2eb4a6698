import type { Patch } from '../../src/data/patch.js';
import { isPatchFormat, isTiff, readPlainTiff } from '../../src/data/plain-image.js';
import { readOddTiff } from '../../src/data/read-odd-tiff.js';
import { messageOf, UserError } from '../../src/errors.js';
import { type ImageHeader, jpegHeader, pngHeader } from './image-header.js';
import { withoutMetadata } from './without-metadata.js';

const largestBytes = 2 ** 28;
const largestPx = 2 ** 24; // 4,096 x 4,096, as for a TIFF

/**
 * Reads a TIFF, PNG or JPEG as 8-bit RGB, as histo reads it under Node: no colour profile and no
 * orientation is applied, grey becomes RGB, alpha is dropped.
 *
 * @throws {UserError} If the file is no picture, cut off, too large, or one whose bytes a browser would
 *   not give as they are: transparent, of 16 bits, CMYK. Its message lacks the file's name.
 */
export async function readPicture(file: Blob): Promise<Patch> {
  if (file.size > largestBytes) {
    throw new UserError(
      'expected an image of up to 256 MiB, got a larger file; cut it into patches',
    );
  }
  if (file.size === 0) {
    throw new UserError('expected an image, got an empty file; copy it anew');
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    if (isTiff(bytes)) return readPlainTiff(bytes) ?? (await readOddTiff(bytes));
    if (!isPatchFormat(bytes)) throw new Error('another kind of file');
    const isJpeg = bytes[0] === 0xff;
    const header = isJpeg ? jpegHeader(bytes) : pngHeader(bytes);
    if (header === null) throw new Error('a file without a header');
    refuseUnequal(header);
    return await readByBrowser(isJpeg ? withoutMetadata(bytes) : bytes, header);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `expected a whole TIFF, PNG or JPEG, got "${messageOf(error)}"; copy it anew, or save it as 8-bit RGB`,
      { cause: error },
    );
  }
}

async function readByBrowser(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader): Promise<Patch> {
  const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none' });
  const { width: widthPx, height: heightPx } = bitmap;
  const context = new OffscreenCanvas(widthPx, heightPx).getContext('2d', {
    willReadFrequently: true,
  }) as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, widthPx, heightPx);
  return { pixels: opaque(data), widthPx, heightPx, notice: noticeOf(header) };
}

/** What a browser would read, but not as histo does. */
function refuseUnequal({ widthPx, heightPx, bits, colours, isWhole }: ImageHeader): void {
  if (!isWhole) throw new Error('a file that is cut off');
  if (widthPx * heightPx > largestPx) {
    throw new UserError(
      `expected a patch of up to 4096 x 4096 px, got ${widthPx} x ${heightPx} px; cut it into patches`,
    );
  }
  if (bits > 8) {
    throw new UserError(`expected 8 bits a channel, got ${bits} bits; save it as 8-bit RGB`);
  }
  if (colours === 'CMYK') {
    throw new UserError('expected RGB or grey, got CMYK; save it as 8-bit RGB');
  }
}

/** @returns Shape [heightPx, widthPx, 3]. */
function opaque(rgba: Uint8ClampedArray): Uint8Array {
  const pixels = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    if (rgba[from + 3] !== 255) {
      throw new UserError(
        'expected an opaque picture, got a transparent one; save it as 8-bit RGB',
      );
    }
    pixels[to] = rgba[from] as number;
    pixels[to + 1] = rgba[from + 1] as number;
    pixels[to + 2] = rgba[from + 2] as number;
  }
  return pixels;
}

function noticeOf({ colours, hasAlpha }: ImageHeader): string | null {
  const notices = [
    colours === 'grey' ? 'grey becomes RGB' : null,
    hasAlpha ? 'alpha and further channels are dropped' : null,
  ].filter((notice) => notice !== null);
  return notices.length === 0 ? null : notices.join('; ');
}
