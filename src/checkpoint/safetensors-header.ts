import { parseJson } from '../parse-json.js';
import { quote, shortened } from '../quote.js';
import { bytesOfDtype } from './dtypes.js';

/** One tensor as the header of a safetensors file describes it. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte and the byte behind the last, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * A sixth of the format's own limit, as JSON becomes forty times larger in memory. ResNet-50's header has
 * 30 kB; slides, of which a checkpoint keeps the names, may be hundreds of thousands.
 */
export const maxHeaderBytes = 2 ** 24;

/**
 * Reads the header's JSON and checks that its tensors cover the data exactly: no hole, no overlap,
 * nothing behind the end, each as long as its shape and dtype say.
 *
 * @param dataBytes Bytes in the file behind the header.
 * @throws {RangeError} With the fault alone ("expected …, got …"); the caller names the file.
 * @see https://github.com/huggingface/safetensors#format
 */
export function parseSafetensorsHeader(json: string, dataBytes: number): SafetensorsHeader {
  const header = parseObject(json);
  const metadata = new Map<string, string>();
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') entries.push(parseEntry(name, value));
    else for (const [key, text] of parseMetadata(value)) metadata.set(key, text);
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, dataBytes);
  return { entries, metadata };
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(json);
  } catch (error) {
    throw new RangeError('expected a header in JSON, got other text', { cause: error });
  }
  if (!isObject(value)) throw new RangeError('expected a header that is a JSON object');
  return value;
}

function parseMetadata(value: unknown): [string, string][] {
  if (!isObject(value)) throw new RangeError('expected "__metadata__" to be an object of strings');
  return Object.entries(value).map(([key, text]) => {
    if (typeof text === 'string') return [key, text];
    throw new RangeError(`expected metadata ${quote(key)} to be a string, got ${typeof text}`);
  });
}

function parseEntry(name: string, value: unknown): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new RangeError(
      `expected tensor ${quote(name)} to have dtype, shape and two data_offsets`,
    );
  }
  const bytes = bytesOfDtype(dtype);
  if (bytes === undefined) {
    throw new RangeError(
      `expected a dtype such as F32 for tensor ${quote(name)}, got ${quote(dtype)}`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const wanted = shape.reduce((product, size) => product * size, bytes);
  if (!Number.isSafeInteger(wanted) || end - begin !== wanted) {
    throw new RangeError(
      `expected ${wanted} bytes for tensor ${quote(name)} (${dtype} [${shortened(shape.join(', '))}]), got offsets ${begin} to ${end}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function checkCoverage(entries: readonly TensorEntry[], dataBytes: number): void {
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      throw new RangeError(
        `expected tensor ${quote(name)} to begin at byte ${position}, got ${begin} (${begin < position ? 'an overlap' : 'a hole'})`,
      );
    }
    position = end;
  }
  if (position !== dataBytes) {
    throw new RangeError(
      `expected ${position} bytes of tensors, got ${dataBytes} (${dataBytes < position ? 'the file is cut short' : 'something follows'})`,
    );
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
