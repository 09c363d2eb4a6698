import type { BaseDecoder } from 'geotiff';

/** Pixels of a block of a TIFF: what is larger is no tile of a patch. */
export const largestBlockPx = 2 ** 24;

/** What the samples of a block take, of one plane or of all. */
export function bytesOfBlock(block: BaseDecoder['parameters']): number {
  const { tileWidth, tileHeight, planarConfiguration, bitsPerSample } = block;
  const rows = Math.min(tileHeight, Math.ceil(largestBlockPx / tileWidth)); // a strip may say "all"
  const bits = typeof bitsPerSample === 'number' ? [bitsPerSample] : Array.from(bitsPerSample);
  const bitsOfPixel = planarConfiguration === 2 ? (bits[0] ?? 8) : bits.reduce((a, b) => a + b, 0);
  return Math.ceil((tileWidth * rows * bitsOfPixel) / 8);
}
