import { chunksOf } from '../chunks-of.js';

/**
 * Fetches a file of the page.
 *
 * @param onBytes Told of each part that has come, by its length.
 * @throws {Error} If the server does not give it.
 */
export async function loadFile(
  address: string,
  onBytes: (count: number) => void,
): Promise<ArrayBuffer> {
  const response = await fetch(address);
  if (!response.ok || response.body === null) {
    throw new Error(`the server answers ${response.status} for "${address}"`);
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of chunksOf(response.body)) {
    parts.push(part);
    onBytes(part.length);
  }
  return new Blob(parts).arrayBuffer();
}
