import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, validateFileName, type ZipFile } from 'yauzl';
import { codeOf, messageOf, UserError } from '../../errors.js';
import { explainDiskError } from './disk-space.js';

/** Where a member of a wheel goes below the target folder; null for one that is not needed. */
export type Placement = (member: string) => string | null;

/**
 * The total size of the members that are needed.
 *
 * @throws {UserError} If the file is no wheel, or a member climbs out, is a link or encrypted.
 */
export async function measureWheel(path: string, placement: Placement): Promise<number> {
  return withWheel(path, async (_, entries) =>
    entries
      .filter((entry) => placement(entry.fileName) !== null)
      .reduce((sum, entry) => sum + entry.uncompressedSize, 0),
  );
}

/**
 * Unpacks the members that are needed, each checked against its CRC-32.
 *
 * @param folder The target folder; nothing is written outside it.
 * @returns How many files were written.
 * @throws {UserError} As `measureWheel`, and if a member is damaged or the disk is full.
 */
export async function unpackWheel(
  path: string,
  folder: string,
  placement: Placement,
  signal?: AbortSignal,
): Promise<number> {
  return withWheel(path, async (zip, entries) => {
    let files = 0;
    for (const entry of entries) {
      const place = placement(entry.fileName);
      if (place === null || entry.fileName.endsWith('/')) continue;
      await unpackMember(zip, entry, join(folder, place), signal).catch((error: unknown) => {
        throw explainDiskError(folder, error);
      });
      files++;
    }
    return files;
  });
}

const mostMembers = 200_000; // TensorFlow's wheel has 20,000
const mostMetadataBytes = 2 ** 22;

/** The text of the wheel's METADATA. */
export async function readMetadata(path: string): Promise<string> {
  return withWheel(path, async (zip, entries) => {
    const entry = entries.find(({ fileName }) => /^[^/]+\.dist-info\/METADATA$/.test(fileName));
    if (entry === undefined) throw broken(path, 'no METADATA in it');
    if (entry.uncompressedSize > mostMetadataBytes) throw broken(path, 'METADATA without end');
    return (await buffer(await zip.openReadStreamPromise(entry))).toString('utf8');
  });
}

async function withWheel<T>(
  path: string,
  task: (zip: ZipFile, entries: Entry[]) => Promise<T>,
): Promise<T> {
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false });
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      refuseDangerous(path, entry);
      entries.push(entry);
      if (entries.length > mostMembers) throw broken(path, 'members without end');
    }
    return await task(zip, entries);
  } catch (error) {
    const isSystemError = /^E[A-Z]+$/.test(codeOf(error) ?? '') && codeOf(error) !== 'EOF';
    const isPlain = error instanceof Error && error.name === 'Error'; // how yauzl and zlib speak
    if (error instanceof UserError || isSystemError || !isPlain) throw error;
    throw broken(path, messageOf(error), error);
  } finally {
    zip?.close();
  }
}

function refuseDangerous(path: string, entry: Entry): void {
  const fault = validateFileName(entry.fileName);
  if (fault !== null) throw broken(path, fault);
  if (/\p{Cc}/u.test(entry.fileName)) throw broken(path, 'a name with control characters');
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (kind === 0o120000) throw broken(path, `a symbolic link: ${entry.fileName}`);
  if (entry.isEncrypted()) throw broken(path, `an encrypted member: ${entry.fileName}`);
}

async function unpackMember(
  zip: ZipFile,
  entry: Entry,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const isExecutable = ((entry.externalFileAttributes >>> 16) & 0o111) !== 0;
  let crc = 0;
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      crc = crc32(chunk, crc);
      done(null, chunk);
    },
    flush: (done) => {
      done(crc === entry.crc32 ? null : new Error(`a damaged member: ${entry.fileName}`));
    },
  });
  const mode = isExecutable ? 0o755 : 0o644;
  await pipeline(
    await zip.openReadStreamPromise(entry),
    check,
    createWriteStream(target, { flags: 'wx', mode, flush: true }),
    { ...(signal && { signal }) },
  );
}

function broken(path: string, got: string, cause?: unknown): UserError {
  return new UserError(
    `Cannot unpack "${basename(path)}": expected a sound wheel, got ${got}: download it again`,
    { cause },
  );
}
