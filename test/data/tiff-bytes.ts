/** How a test's TIFF is laid out; the default is chunky 8-bit RGB in one uncompressed strip. */
export interface TiffLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly samples?: number;
  readonly bits?: 8 | 16 | 32;
  /** 0 white is zero, 1 black is zero, 2 RGB, 5 CMYK, 8 CIE L*a*b*. */
  readonly photometric?: number;
  readonly compression?: number;
  /** 1 unsigned, 3 floating point. */
  readonly sampleFormat?: number;
  readonly planar?: boolean;
  readonly tilePx?: number;
  readonly bigEndian?: boolean;
  /** Kind of the sample after the colours: 0 unspecified, 2 unassociated alpha. */
  readonly extraSample?: number;
  /** Compresses a strip or tile. */
  readonly pack?: (block: Buffer) => Buffer;
}

/**
 * Writes a TIFF by hand, after the TIFF 6.0 specification, so that readers are tested against
 * bytes that no image library made.
 *
 * @param valueAt The sample of a pixel, in the range of its bits.
 */
export function tiffBytes(
  layout: TiffLayout,
  valueAt: (x: number, y: number, sample: number) => number,
): Buffer {
  const { widthPx, heightPx, samples = 3, bits = 8, bigEndian = false } = layout;
  const blocks = blocksOf(layout, valueAt).map(layout.pack ?? ((block) => block));
  const tags: [tag: number, type: 3 | 4, values: number[]][] = [
    [256, 4, [widthPx]],
    [257, 4, [heightPx]],
    [258, 3, new Array<number>(samples).fill(bits)],
    [259, 3, [layout.compression ?? 1]],
    [262, 3, [layout.photometric ?? 2]],
    [277, 3, [samples]],
    [284, 3, [layout.planar ? 2 : 1]],
  ];
  const sizes = blocks.map((block) => block.length);
  const starts = sizes.map((_, at) => 8 + sizes.slice(0, at).reduce((sum, size) => sum + size, 0));
  if (layout.tilePx === undefined) {
    tags.push([273, 4, starts], [278, 4, [heightPx]], [279, 4, sizes]);
  } else {
    tags.push([322, 4, [layout.tilePx]], [323, 4, [layout.tilePx]], [324, 4, starts]);
    tags.push([325, 4, sizes]);
  }
  if (layout.extraSample !== undefined) tags.push([338, 3, [layout.extraSample]]);
  if (layout.sampleFormat !== undefined) {
    tags.push([339, 3, new Array<number>(samples).fill(layout.sampleFormat)]);
  }
  tags.sort(([a], [b]) => a - b);
  const head = Buffer.alloc(8);
  head.write(bigEndian ? 'MM' : 'II', 'latin1');
  const data = Buffer.concat([head, ...blocks]);
  const padded = data.length % 2 === 0 ? data : Buffer.concat([data, Buffer.alloc(1)]);
  put(padded, bigEndian, 2, 2, 42);
  put(padded, bigEndian, 4, 4, padded.length);
  return Buffer.concat([padded, directoryBytes(tags, padded.length, bigEndian)]);
}

function directoryBytes(
  tags: readonly [number, 3 | 4, number[]][],
  offset: number,
  bigEndian: boolean,
): Buffer {
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  const overflow: Buffer[] = [];
  let free = offset + directory.length;
  put(directory, bigEndian, 2, 0, tags.length);
  tags.forEach(([tag, type, values], row) => {
    const at = 2 + 12 * row;
    const width = type === 3 ? 2 : 4;
    put(directory, bigEndian, 2, at, tag);
    put(directory, bigEndian, 2, at + 2, type);
    put(directory, bigEndian, 4, at + 4, values.length);
    const bytes = Buffer.alloc(Math.max(4, width * values.length));
    values.forEach((value, index) => {
      put(bytes, bigEndian, width, width * index, value);
    });
    if (bytes.length === 4) {
      bytes.copy(directory, at + 8);
    } else {
      put(directory, bigEndian, 4, at + 8, free);
      overflow.push(bytes);
      free += bytes.length;
    }
  });
  return Buffer.concat([directory, ...overflow]);
}

function blocksOf(
  layout: TiffLayout,
  valueAt: (x: number, y: number, sample: number) => number,
): Buffer[] {
  const { widthPx, heightPx, samples = 3, bits = 8, bigEndian = false } = layout;
  const [blockWidth, blockHeight] = [layout.tilePx ?? widthPx, layout.tilePx ?? heightPx];
  const planes = layout.planar
    ? Array.from({ length: samples }, (_, sample) => [sample])
    : [Array.from({ length: samples }, (_, sample) => sample)];
  const blocks: Buffer[] = [];
  for (const plane of planes) {
    for (let top = 0; top < heightPx; top += blockHeight) {
      for (let left = 0; left < widthPx; left += blockWidth) {
        const block = Buffer.alloc((blockWidth * blockHeight * plane.length * bits) / 8);
        let at = 0;
        for (let y = top; y < top + blockHeight; y++) {
          for (let x = left; x < left + blockWidth; x++) {
            for (const sample of plane) {
              const value = x < widthPx && y < heightPx ? valueAt(x, y, sample) : 0;
              put(block, bigEndian, bits / 8, at, value);
              at += bits / 8;
            }
          }
        }
        blocks.push(block);
      }
    }
  }
  return blocks;
}

function put(bytes: Buffer, bigEndian: boolean, width: number, at: number, value: number): void {
  if (bigEndian) bytes.writeUIntBE(value, at, width);
  else bytes.writeUIntLE(value, at, width);
}
