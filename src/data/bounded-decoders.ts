import { inflateSync } from 'node:zlib';
import { addDecoder, BaseDecoder } from 'geotiff';
import { ZSTDDecoder } from 'zstddec/stream';

/** Pixels of a block: what is larger is no tile of a patch. */
export const largestBlockPx = 2 ** 24;

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

/** What the samples of a block take, of one plane or of all. */
function bytesOfBlock(block: BaseDecoder['parameters']): number {
  const { tileWidth, tileHeight, planarConfiguration, bitsPerSample } = block;
  const rows = Math.min(tileHeight, Math.ceil(largestBlockPx / tileWidth)); // a strip may say "all"
  const bits = typeof bitsPerSample === 'number' ? [bitsPerSample] : Array.from(bitsPerSample);
  const bitsOfPixel = planarConfiguration === 2 ? (bits[0] ?? 8) : bits.reduce((a, b) => a + b, 0);
  return Math.ceil((tileWidth * rows * bitsOfPixel) / 8);
}

function copyOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
