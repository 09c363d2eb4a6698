import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** What the content of a file is known by. */
export interface KnownDigest {
  readonly algorithm: 'sha256' | 'md5';
  /** Hexadecimal, in lower case; its beginning is enough, as torch.hub has it in file names. */
  readonly digest: string;
}

/** True if a file's content has the digest, or a digest that begins like it. */
export function isDigest({ digest }: KnownDigest, found: string): boolean {
  return found.startsWith(digest);
}

/**
 * A digest as a message names it.
 *
 * @example digestText({ algorithm: 'sha256', digest: '0676ba61' }) // 'SHA-256 0676ba61…'
 */
export function digestText({ algorithm, digest }: KnownDigest): string {
  const name = algorithm === 'sha256' ? 'SHA-256' : 'MD5';
  return `${name} ${digest}${digest.length < lengths[algorithm] ? '…' : ''}`;
}

const lengths = { sha256: 64, md5: 32 } as const;

/** The digest of a file's content, in hexadecimal. */
export async function digestOfFile(
  path: string,
  algorithm: KnownDigest['algorithm'],
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash, {
    ...(signal && { signal }),
  });
  return hash.digest('hex');
}

/** The SHA-256 of a file's content, in hexadecimal. */
export function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  return digestOfFile(path, 'sha256', signal);
}
