import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { messageOf } from '../errors.js';
import { quote } from '../quote.js';
import { showBytes } from '../show-bytes.js';
import { FormatError } from './format-error.js';

/** The members of a zip file by their names; each is checked against its CRC-32 when it is read. */
export interface ZipMembers {
  readonly names: readonly string[];
  /**
   * A member's bytes: a view of the file's where it is stored, as torch and Keras do, else a copy.
   *
   * @param mostBytes What it may have. Default: what the file's own size allows.
   * @throws {FormatError} If there is none of this name, or it is damaged or too large.
   */
  readonly read: (name: string, mostBytes?: number) => Uint8Array<ArrayBuffer>;
}

interface Member {
  readonly entry: Entry;
  readonly start: number;
}

const mostMembers = 2 ** 16; // a state dict has one a storage, ResNet-152 some 900
const mostInflatedBytes = 2 ** 27; // of all members that are not stored, as torch's and Keras' are

/**
 * Opens a zip file, ZIP64 or not. Member names are only looked up: nothing is ever written by them.
 *
 * @throws {FormatError} If it is damaged, encrypted or has two members of one name.
 */
export async function zipMembers(bytes: Uint8Array<ArrayBuffer>): Promise<ZipMembers> {
  const members = await membersOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  let inflatedBytes = 0;
  return {
    names: [...members.keys()],
    read: (name, mostBytes = Number.POSITIVE_INFINITY) => {
      const member = members.get(name);
      if (member === undefined) throw damaged(`a member ${quote(name)}, got none`);
      const { entry, start } = member;
      if (entry.uncompressedSize > mostBytes) {
        throw damaged(`at most ${showBytes(mostBytes)} in member ${quote(name)}, got more`);
      }
      const packed = bytes.subarray(start, start + entry.compressedSize);
      if (entry.compressionMethod !== 0) inflatedBytes += entry.uncompressedSize;
      if (inflatedBytes > mostInflatedBytes) {
        throw new FormatError(
          `expected at most ${showBytes(mostInflatedBytes)} in compressed members, got more: if they are weights all the same, zip them anew without compression`,
        );
      }
      const data = entry.compressionMethod === 0 ? packed : inflated(name, packed, entry);
      if (data.length !== entry.uncompressedSize || crc32(data) !== entry.crc32) {
        throw damaged(`a sound member ${quote(name)}, got other bytes than its checksum is of`);
      }
      return data;
    },
  };
}

async function membersOf(bytes: Buffer): Promise<ReadonlyMap<string, Member>> {
  const members = new Map<string, Member>();
  try {
    const zip: ZipFile = await fromBufferPromise(bytes, { lazyEntries: true });
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted())
        throw damaged(`open members, got ${quote(entry.fileName)} encrypted`);
      if (members.has(entry.fileName))
        throw damaged(`one member ${quote(entry.fileName)}, got two`);
      if (members.size === mostMembers) throw damaged(`at most ${mostMembers} members, got more`);
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      members.set(entry.fileName, { entry, start: fileDataStart });
    }
    return members;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Error') throw error; // yauzl speaks in plain ones
    throw damaged(`a sound zip file, got ${messageOf(error)}`);
  }
}

function inflated(
  name: string,
  packed: Uint8Array,
  { uncompressedSize }: Entry,
): Uint8Array<ArrayBuffer> {
  try {
    const { buffer, byteOffset, length } = inflateRawSync(packed, {
      maxOutputLength: uncompressedSize + 1,
    });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    throw damaged(`member ${quote(name)} to unpack, got ${messageOf(error)}`);
  }
}

function damaged(expected: string): FormatError {
  return new FormatError(`expected ${expected}: it is damaged; download or save it again`);
}
