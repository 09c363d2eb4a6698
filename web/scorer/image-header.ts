/** What a picture says of itself before it is decoded. */
export interface ImageHeader {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Of a sample. */
  readonly bits: number;
  readonly colours: 'grey' | 'RGB' | 'CMYK';
  readonly hasAlpha: boolean;
  /** False where the file stops before its end. */
  readonly isWhole: boolean;
}

const endMark = { png: [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82], jpeg: [0xff, 0xd9] }; // "IEND", EOI
const mostBehind = 64; // bytes that programs leave behind the end

/**
 * The header of a PNG.
 *
 * @returns Null where it is damaged or cut off.
 * @see https://www.w3.org/TR/png-3/#11IHDR
 */
export function pngHeader(bytes: Uint8Array): ImageHeader | null {
  if (bytes.length < 33) return null;
  const view = viewOf(bytes);
  if (view.getUint32(12) !== 0x49484452) return null; // "IHDR"
  const colourType = view.getUint8(25);
  return {
    widthPx: view.getUint32(16),
    heightPx: view.getUint32(20),
    bits: view.getUint8(24),
    colours: (colourType & 2) === 0 ? 'grey' : 'RGB',
    hasAlpha: (colourType & 4) !== 0,
    isWhole: endsWith(bytes, endMark.png),
  };
}

/**
 * The first frame of a JPEG.
 *
 * @returns Null where there is none.
 * @see ITU-T T.81, annex B
 */
export function jpegHeader(bytes: Uint8Array): ImageHeader | null {
  const view = viewOf(bytes);
  for (let at = 2; at + 10 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const samples = view.getUint8(at + 9);
      return {
        heightPx: view.getUint16(at + 5),
        widthPx: view.getUint16(at + 7),
        bits: view.getUint8(at + 4),
        colours: samples === 4 ? 'CMYK' : samples === 3 ? 'RGB' : 'grey',
        hasAlpha: false,
        isWhole: endsWith(bytes, endMark.jpeg),
      };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function endsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  const last = bytes.subarray(-mostBehind - mark.length);
  return last.some((_, at) => mark.every((byte, index) => last[at + index] === byte));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
