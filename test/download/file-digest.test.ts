import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOfFile, digestText, isDigest } from '../../src/download/file-digest.js';
import { useTemporaryCache } from '../engine/install/temporary-cache.js';

const cache = useTemporaryCache();

describe('digestOfFile', () => {
  it.each([
    ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'], // FIPS 180-2, B.1
    ['md5', '900150983cd24fb0d6963f7d28e17f72'], // RFC 1321, A.5
  ] as const)('gives the %s of its standard', async (algorithm, digest) => {
    const path = join(cache.folder, 'abc');
    await writeFile(path, 'abc');
    expect(await digestOfFile(path, algorithm)).toBe(digest);
  });
});

describe('isDigest', () => {
  it('compares with what is known of it', () => {
    const known = { algorithm: 'sha256', digest: 'ba78' } as const;
    expect(isDigest(known, 'ba7816')).toBe(true);
    expect(isDigest(known, 'bb7816')).toBe(false);
  });
});

describe('digestText', () => {
  it('marks one that goes on', () => {
    expect(digestText({ algorithm: 'sha256', digest: 'ba7816bf' })).toBe('SHA-256 ba7816bf…');
    const whole = '900150983cd24fb0d6963f7d28e17f72';
    expect(digestText({ algorithm: 'md5', digest: whole })).toBe(`MD5 ${whole}`);
  });
});
