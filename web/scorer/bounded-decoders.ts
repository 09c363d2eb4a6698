import { addDecoder, BaseDecoder } from 'geotiff';
import { bytesOfBlock } from '../../src/data/bytes-of-block.js';
import { chunksOf } from '../chunks-of.js';
import { decodeLzw } from './decode-lzw.js';

/** The compressions of TIFF that are read, by their numbers, and in words. */
export const compressions: readonly number[] = [1, 5, 8, 32773, 32946];
export const compressionsText = 'a TIFF without compression, with LZW, Deflate or PackBits';

class BoundedDeflate extends BaseDecoder {
  override decodeBlock(block: ArrayBuffer): Promise<ArrayBuffer> {
    return inflate(block, bytesOfBlock(this.parameters));
  }
}

class BoundedLzw extends BaseDecoder {
  override decodeBlock(block: ArrayBuffer): ArrayBuffer {
    return decodeLzw(new Uint8Array(block), bytesOfBlock(this.parameters)).slice().buffer;
  }
}

/** Makes geotiff unpack no more of a block than its pixels take, as src/data does it under Node. */
export function boundDecoders(): void {
  addDecoder([8, 32946], async () => BoundedDeflate);
  addDecoder(5, async () => BoundedLzw);
}

async function inflate(block: ArrayBuffer, most: number): Promise<ArrayBuffer> {
  const output = new Uint8Array(most);
  let at = 0;
  const stream = new Blob([block]).stream().pipeThrough(new DecompressionStream('deflate'));
  for await (const part of chunksOf(stream)) {
    if (at + part.length > most)
      throw new RangeError(`expected ${most} bytes of a block, got more`);
    output.set(part, at);
    at += part.length;
  }
  return output.slice(0, at).buffer;
}
