import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** What an Event says. */
export interface ReadEvent {
  readonly seconds: number;
  readonly step: number;
  /** Of a file's first event, such as `brain.Event:2`. */
  readonly fileVersion: string | null;
  /** Of the session log: 1 is START. */
  readonly status: number | null;
  readonly scalars: Readonly<Record<string, number>>;
}

/**
 * The events of all event files of a folder, in the order of their names, read as TensorBoard does: a
 * record that is cut off, as a crash leaves it, is passed over.
 *
 * @see tensorflow/core/lib/io/record_writer.h: length, its masked CRC, data, their masked CRC
 */
export async function readEvents(folder: string): Promise<ReadEvent[]> {
  const names = (await readdir(folder)).filter((name) => name.includes('.tfevents.')).sort();
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return files.flatMap((bytes) => recordsOf(bytes).map(decodeEvent));
}

function recordsOf(bytes: Buffer): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at + 16 <= bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    if (at + 16 + length > bytes.length) break;
    checkCrc(bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8));
    const data = bytes.subarray(at + 12, at + 12 + length);
    checkCrc(data, bytes.readUInt32LE(at + 12 + length));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

function checkCrc(data: Uint8Array, masked: number): void {
  const crc = crc32c(data);
  const expected = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  if (expected !== masked) throw new Error(`Expected a CRC of ${expected}, got ${masked}`);
}

/** CRC-32C (Castagnoli), bit by bit. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

function decodeEvent(data: Uint8Array): ReadEvent {
  const fields = fieldsOf(data);
  const scalars: Record<string, number> = {};
  const summary = fields.get(5);
  for (const value of summary instanceof Uint8Array ? valuesOf(summary) : []) {
    const parts = fieldsOf(value);
    scalars[textOf(parts.get(1))] = parts.get(2) as number;
  }
  const session = fields.get(7);
  return {
    seconds: fields.get(1) as number,
    step: Number(fields.get(2) ?? 0),
    fileVersion: fields.has(3) ? textOf(fields.get(3)) : null,
    status: session instanceof Uint8Array ? Number(fieldsOf(session).get(1)) : null,
    scalars,
  };
}

/** The values of a Summary, its repeated field 1. */
function valuesOf(summary: Uint8Array): Uint8Array[] {
  const reader = new BinaryReader(summary);
  const values: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    reader.tag();
    values.push(reader.bytes());
  }
  return values;
}

function fieldsOf(message: Uint8Array): Map<number, number | Uint8Array> {
  const reader = new BinaryReader(message);
  const fields = new Map<number, number | Uint8Array>();
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.Varint) fields.set(field, Number(reader.int64()));
    else if (type === WireType.Bit64) fields.set(field, reader.double());
    else if (type === WireType.Bit32) fields.set(field, reader.float());
    else fields.set(field, reader.bytes());
  }
  return fields;
}

function textOf(bytes: number | Uint8Array | undefined): string {
  return Buffer.from(bytes as Uint8Array).toString('utf8');
}
