import { createHash } from 'node:crypto';
import type { Batch } from '../../src/data/batches.js';

/** What is in each batch, its pixels as a hash: equal where the batches are equal. */
export async function contentsOf(batches: AsyncIterable<Batch>) {
  const contents: { images: string; labels: number[]; ids: readonly string[]; size: number }[] = [];
  for await (const { images, labels, ids, size } of batches) {
    const hash = createHash('sha256').update(new Uint8Array(images.buffer)).digest('hex');
    contents.push({ images: hash, labels: [...labels], ids, size });
  }
  return contents;
}
