import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { writeFileAtomically } from '../atomic-file.js';
import { codeOf, messageOf, UserError } from '../errors.js';
import { fileFault } from '../file-fault.js';
import type { NamedArray } from '../model/state-dict.js';
import { readBounded } from '../read-bounded.js';
import { showBytes } from '../show-bytes.js';
import { decodeTensor, dtypeOf, type TensorData } from './dtypes.js';
import { maxHeaderBytes, parseSafetensorsHeader } from './safetensors-header.js';

const mostBytes = 2 ** 30; // of a file; ResNet-50 and its velocities have a fifth
const openingBrace = 0x7b; // of the header, behind the eight bytes of its length
const mostUnzippedBytes = 2 ** 29; // of weights; while they are unzipped, there are two of them

export interface SafeTensor {
  /** As stored; F16 and BF16 are held as float32. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface SafetensorsFile {
  readonly tensors: Map<string, SafeTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads a safetensors file, gzipped or not (told by its bytes, not by its name).
 * The arrays are views of the file's bytes wherever these are aligned.
 *
 * @throws {UserError} If the file is missing, cut short, foreign or inconsistent in its header.
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const bytes = await readUnzipped(path);
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(
      `Cannot read "${path}": ${messageOf(error)}: it is damaged or no safetensors file; ${remedyFor(bytes)}`,
      { cause: error },
    );
  }
}

/** True of bytes that begin as a safetensors file does, gzipped or not; what follows is not looked at. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return isGzip(bytes) || bytes[8] === openingBrace;
}

/** The floating-point tensors as float32; counters such as `num_batches_tracked` are left out. */
export function floatTensors(file: {
  readonly tensors: ReadonlyMap<string, Omit<SafeTensor, 'dtype'>>;
}): Map<string, NamedArray> {
  const floats = new Map<string, NamedArray>();
  for (const [name, { shape, data }] of file.tensors) {
    if (data instanceof Float32Array) floats.set(name, { shape, data });
    if (data instanceof Float64Array) floats.set(name, { shape, data: Float32Array.from(data) });
  }
  return floats;
}

/**
 * Writes a safetensors file whole or not at all. Tensors go from the widest dtype to the narrowest
 * and then by name, as the reference implementation has it, so that every tensor is aligned.
 *
 * @throws {UserError} If the disk is full or the folder may not be written to.
 * @throws {RangeError} If a tensor's data are not as long as its shape says.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: TensorData }>,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const sorted = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : 1),
  );
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  let position = 0;
  for (const [name, { shape, data }] of sorted) {
    const length = shape.reduce((product, size) => product * size, 1);
    if (length !== data.length || name === '__metadata__') {
      throw new RangeError(
        `Cannot write tensor "${name}": expected ${length} numbers, got ${data.length}`,
      );
    }
    const end = position + data.byteLength;
    entries.push([name, { dtype: dtypeOf(data), shape, data_offsets: [position, end] }]);
    position = end;
  }
  const chunks = sorted.map(([, { data }]) => bytesOf(data));
  await writeFileAtomically(path, [encodeHeader(Object.fromEntries(entries)), ...chunks]);
}

function encodeHeader(header: Readonly<Record<string, unknown>>): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const padding = Buffer.alloc((8 - (json.length % 8)) % 8, ' '); // the data start on 8 bytes
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length + padding.length));
  return Buffer.concat([length, json, padding]);
}

function parseSafetensors(bytes: Uint8Array<ArrayBuffer>): SafetensorsFile {
  if (bytes.length < 8) throw new RangeError(`expected at least 8 bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(maxHeaderBytes, bytes.length - 8))) {
    throw new RangeError(
      `expected a header of at most ${Math.min(maxHeaderBytes, bytes.length - 8)} bytes, got ${headerBytes}`,
    );
  }
  const start = 8 + Number(headerBytes);
  const json = Buffer.from(bytes.subarray(8, start)).toString('utf8');
  const header = parseSafetensorsHeader(json, bytes.length - start);
  const tensors = new Map<string, SafeTensor>();
  for (const { name, dtype, shape, begin, end } of header.entries) {
    const data = decodeTensor(dtype, bytes.subarray(start + begin, start + end));
    tensors.set(name, { dtype, shape, data });
  }
  return { tensors, metadata: header.metadata };
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[8] !== openingBrace;
}

async function readUnzipped(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readWhole(path);
  if (!isGzip(bytes)) return bytes;
  try {
    return new Uint8Array(await promisify(gunzip)(bytes, { maxOutputLength: mostUnzippedBytes }));
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') {
      throw new UserError(
        `Cannot unzip "${path}": expected at most ${showBytes(mostUnzippedBytes)}, got more: if they are weights all the same, unzip them yourself`,
        { cause: error },
      );
    }
    throw new UserError(
      `Cannot unzip "${path}": expected a whole gzip file, got ${messageOf(error)}: download it again`,
      { cause: error },
    );
  }
}

async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const file = await readBounded(path, mostBytes);
    return file.buffer instanceof ArrayBuffer
      ? new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
      : new Uint8Array(file);
  } catch (error) {
    const fault = fileFault(error);
    if (fault === undefined) throw error;
    throw new UserError(`Cannot read "${path}": expected a safetensors file, ${fault}`, {
      cause: error,
    });
  }
}

function remedyFor(bytes: Uint8Array): string {
  const isPyTorch = bytes[0] === 0x50 && bytes[1] === 0x4b; // "PK": torch.save makes zip files
  if (isPyTorch) return 'if it comes from torch.save, convert it with "histo weights convert"';
  const isOnnx = bytes[0] === 0x08 && bytes[2] === 0x12; // the format's version, then who wrote it
  if (isOnnx) return 'if it is an ONNX file, name the checkpoint that it was exported from';
  return 'download or save it again';
}

function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
