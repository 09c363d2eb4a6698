import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/weights/format-error.js';
import { zipMembers } from '../../src/weights/zip-members.js';
import { type ZipMember, zipBytes } from '../engine/install/zip-bytes.js';

function open(members: readonly ZipMember[], change: (bytes: Buffer) => void = () => {}) {
  const bytes = zipBytes(members);
  change(bytes);
  return zipMembers(new Uint8Array(bytes));
}

describe('zipMembers', () => {
  it('reads members by their names', async () => {
    const zip = await open([
      { name: 'a/data.pkl', data: 'pickle' },
      { name: '__proto__', data: 'x' },
    ]);
    expect(zip.names).toEqual(['a/data.pkl', '__proto__']);
    expect(Buffer.from(zip.read('a/data.pkl')).toString()).toBe('pickle');
    expect(Buffer.from(zip.read('__proto__')).toString()).toBe('x');
    expect(() => zip.read('constructor')).toThrow('expected a member "constructor", got none');
  });

  it('refuses a member that is not what its checksum is of', async () => {
    const zip = await open([{ name: 'a', data: 'text', crc: 1 }]);
    expect(() => zip.read('a')).toThrow(FormatError);
  });

  it('refuses a member that unpacks to more than it says', async () => {
    const zeros = Buffer.alloc(2 ** 20);
    const packed = deflateRawSync(zeros).length;
    const zip = await open([{ name: 'a', data: zeros }], (bytes) => {
      bytes.writeUInt32LE(16, 30 + 1 + packed + 24); // the size in the central directory
    });
    expect(() => zip.read('a')).toThrow(FormatError);
  });

  it('refuses members that unpack to 128 MiB together, before they are unpacked', async () => {
    const zip = await open([{ name: 'a', data: Buffer.alloc(2 ** 20) }], (bytes) => {
      const at = bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1');
      bytes.writeUInt32LE(2 ** 27 + 1, at + 24);
    });
    expect(() => zip.read('a')).toThrow('expected at most 134 MB in compressed members, got more');
  });

  it('refuses a member that is larger than its purpose', async () => {
    const zip = await open([{ name: 'a', data: 'text' }]);
    expect(() => zip.read('a', 3)).toThrow('expected at most 3 bytes in member "a", got more');
  });

  it.each([
    [
      'two members of one name',
      [
        { name: 'a', data: '1' },
        { name: 'a', data: '2' },
      ],
    ],
    ['a name that climbs out', [{ name: '../a', data: '1' }]],
  ])('refuses %s', async (_, members) => {
    await expect(open(members)).rejects.toThrow(FormatError);
  });

  it('refuses what is no zip file', async () => {
    await expect(zipMembers(new Uint8Array(Buffer.from('PK\x03\x04 or not')))).rejects.toThrow(
      FormatError,
    );
  });
});
