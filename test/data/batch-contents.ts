import { createHash } from 'node:crypto';
import type { Batch } from '../../src/data/batches.js';

/** What is in each batch, its pixels as a hash: equal where the batches are equal. */
export async function contentsOf(batches: AsyncIterable<Batch>) {
  const contents: object[] = [];
  for await (const { pixels, steps, labels, ...rest } of batches) {
    const hash = createHash('sha256').update(pixels).digest('hex');
    contents.push({ pixels: hash, steps: [...steps], labels: [...labels], ...rest });
  }
  return contents;
}
