import { bytesOfDtype } from '../../checkpoint/dtypes.js';
import { quote } from '../../quote.js';
import { FormatError } from '../format-error.js';
import { ByteCursor } from './byte-cursor.js';
import { torchRules } from './torch-rules.js';
import type { TorchStorage } from './torch-tensor.js';
import type { TorchFile } from './torch-zip.js';
import { type PickleRules, unpickle } from './unpickle.js';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocol = 1001;
const proto = 0x80; // the opcode that every pickle of protocol 2 up starts with

/** Whether bytes may be of torch's older format: they start as a pickle does. */
export function isTorchLegacy(bytes: Uint8Array): boolean {
  return bytes[0] === proto && (bytes[1] as number) >= 2 && (bytes[1] as number) <= 5;
}

/**
 * Reads what `torch.save` wrote before PyTorch 1.6, and writes with
 * `_use_new_zipfile_serialization=False`: pickles of a magic number, the protocol, the machine's order
 * of bytes, the value and the keys of its storages; then each storage's length and numbers.
 *
 * @throws {FormatError} If it is damaged, no file of torch's, or holds code.
 * @see torch/serialization.py, `_legacy_load`
 */
export function readTorchLegacy(bytes: Uint8Array<ArrayBuffer>): TorchFile {
  const dtypes = new Map<string, string>();
  const rules: PickleRules = {
    ...torchRules,
    persistent: (id) => {
      const storage = torchRules.persistent(id) as TorchStorage;
      dtypes.set(storage.key, storage.dtype);
      return storage;
    },
  };
  let end = 0;
  const next = () => {
    const read = unpickle(bytes, end, rules);
    end = read.end;
    return read.value;
  };
  if (next() !== magicNumber || next() !== protocol) {
    throw new FormatError(
      'expected what torch.save writes, got another pickle: save model.state_dict() with torch.save',
    );
  }
  const [system, value, keys] = [next(), next(), next()];
  const parts = storageParts(new ByteCursor(bytes, end), keys, dtypes);
  const of = (key: string) => {
    const part = parts.get(key);
    if (part === undefined) throw damaged(`a storage ${quote(key)}, got none`);
    return part;
  };
  const isBigEndian = system instanceof Map && system.get('little_endian') === false;
  return { value, storages: { of, isBigEndian } };
}

/** The bytes of each storage: they follow each other in the order of the keys, each behind its length. */
function storageParts(
  cursor: ByteCursor,
  keys: unknown,
  dtypes: ReadonlyMap<string, string>,
): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  if (!Array.isArray(keys)) throw damaged('the keys of its storages');
  const parts = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const key of keys) {
    const width = bytesOfDtype(dtypes.get(String(key)) ?? '');
    if (width === undefined) throw damaged(`keys of storages, got ${quote(key)}`);
    parts.set(String(key), cursor.take(cursor.uint64() * width));
  }
  return parts;
}

function damaged(expected: string): FormatError {
  return new FormatError(`expected ${expected}: it is damaged; download or save it again`);
}
