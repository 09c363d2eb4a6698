/**
 * Writes a TIFF of one uncompressed strip of 8-bit RGB, as Kaggle's patches are.
 *
 * @param pixels Shape [heightPx, widthPx, 3].
 * @see TIFF 6.0 specification, section 6
 */
export function plainTiffBytes(
  pixels: Uint8Array | Uint8ClampedArray,
  widthPx: number,
  heightPx: number,
): Buffer {
  const tags: readonly (readonly [tag: number, type: 3 | 4, value: number])[] = [
    [256, 4, widthPx],
    [257, 4, heightPx],
    [258, 3, 0], // bits a sample: three numbers, behind the directory
    [259, 3, 1], // no compression
    [262, 3, 2], // RGB
    [273, 4, 8], // the strip starts behind the header
    [277, 3, 3], // samples a pixel
    [278, 4, heightPx], // rows in the strip
    [279, 4, pixels.length],
    [284, 3, 1], // pixel by pixel
  ];
  const directory = 8 + pixels.length + (pixels.length % 2);
  const bitsAt = directory + 2 + 12 * tags.length + 4;
  const bytes = Buffer.alloc(bitsAt + 6);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(directory, 4);
  bytes.set(pixels, 8);
  bytes.writeUInt16LE(tags.length, directory);
  for (const [row, [tag, type, value]] of tags.entries()) {
    const at = directory + 2 + 12 * row;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(tag === 258 ? 3 : 1, at + 4);
    bytes.writeUInt32LE(tag === 258 ? bitsAt : value, at + 8);
  }
  for (let sample = 0; sample < 3; sample++) bytes.writeUInt16LE(8, bitsAt + 2 * sample);
  return bytes;
}
