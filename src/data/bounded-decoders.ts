import { inflateSync } from 'node:zlib';
import { addDecoder, BaseDecoder } from 'geotiff';
import { ZSTDDecoder } from 'zstddec/stream';
import { bytesOfBlock } from './bytes-of-block.js';

/** The compressions of TIFF that are read, by their numbers, and in words. */
export const compressions: readonly number[] = [1, 8, 32773, 32946, 50000];
export const compressionsText =
  'one that sharp reads, or without compression, with Deflate or Zstandard';

/*
 * geotiff's own decoders unpack whatever comes out: a block of a kilobyte may become a gigabyte, and a
 * damaged one of Zstandard never ends. Those of LZW and JPEG are not asked at all: sharp reads these.
 */
class BoundedDeflate extends BaseDecoder {
  override decodeBlock(block: ArrayBuffer): ArrayBuffer {
    return copyOf(inflateSync(block, { maxOutputLength: bytesOfBlock(this.parameters) }));
  }
}

class BoundedZstd extends BaseDecoder {
  override decodeBlock(block: ArrayBuffer): ArrayBuffer {
    const most = bytesOfBlock(this.parameters);
    const parts: Uint8Array[] = [];
    let [bytes, idle] = [0, false];
    for (const part of zstd.decodeStreaming([new Uint8Array(block)])) {
      bytes += part.length;
      if (bytes > most || (idle && part.length === 0)) {
        throw new RangeError(`expected ${most} bytes of a block, got others`);
      }
      idle = part.length === 0;
      parts.push(part);
    }
    return copyOf(Buffer.concat(parts));
  }
}

const zstd = new ZSTDDecoder();

/** Makes geotiff unpack no more of a block than its pixels take. */
export function boundDecoders(): void {
  addDecoder([8, 32946], async () => BoundedDeflate);
  addDecoder(50000, async () => {
    await zstd.init();
    return BoundedZstd;
  });
}

function copyOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
