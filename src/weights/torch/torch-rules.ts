import { quote } from '../../quote.js';
import { FormatError } from '../format-error.js';
import { TorchStorage, TorchTensor } from './torch-tensor.js';
import type { PickleRules } from './unpickle.js';

/** torch's classes of typed storages, and what safetensors calls their numbers. */
const dtypes: Readonly<Record<string, string>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

class StorageClass {
  constructor(readonly dtype: string) {}
}

/**
 * What a state dict of torch's is built of: ordered dictionaries and tensors, parameters among them.
 * Every other class and function is refused.
 *
 * @see torch/_utils.py, torch/serialization.py (`persistent_load`)
 */
export const torchRules: PickleRules = {
  globals: new Map<string, unknown>([
    ['collections.OrderedDict', orderedDict],
    ['torch._utils._rebuild_tensor', tensor],
    ['torch._utils._rebuild_tensor_v2', tensor],
    ['torch._utils._rebuild_parameter', parameter],
    ...Object.entries(dtypes).flatMap(([name, dtype]) =>
      ['torch', 'torch.cuda'].map((module): [string, unknown] => [
        `${module}.${name}`,
        new StorageClass(dtype),
      ]),
    ),
  ]),
  persistent: storage,
};

/** @param args None, or the pairs that it holds. */
function orderedDict([pairs]: readonly unknown[]): Map<unknown, unknown> {
  if (pairs === undefined) return new Map();
  if (Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
    return new Map(pairs as [unknown, unknown][]);
  }
  throw malformed('an OrderedDict of pairs');
}

/** @param args Storage, offset, shape, strides; what follows them is about gradients. */
function tensor([storage, offset, shape, strides]: readonly unknown[]): TorchTensor {
  if (storage instanceof TorchStorage) return new TorchTensor(storage, offset, shape, strides);
  throw malformed('a tensor on a storage');
}

function parameter([data]: readonly unknown[]): TorchTensor {
  if (data instanceof TorchTensor) return data;
  throw malformed('a parameter that is a tensor');
}

/** @param id `storage`, its class, key, device and length; of a view, its key, start and length too. */
function storage(id: unknown): TorchStorage {
  const [kind, type, key, , length, view] = Array.isArray(id) ? id : [];
  if (kind !== 'storage') {
    throw new FormatError(
      `expected storages of tensors, got ${kind === 'module' ? 'a whole model with its code' : quote(kind)}: save model.state_dict() in PyTorch and convert that file`,
    );
  }
  if (!(type instanceof StorageClass) || !isKey(key) || !isCount(length)) {
    throw malformed('a storage with its type, key and length');
  }
  if (view === undefined || view === null)
    return new TorchStorage(String(key), type.dtype, length, 0);
  const [, start, size] = Array.isArray(view) ? view : [];
  if (!isCount(start) || !isCount(size)) throw malformed('a view of a storage');
  return new TorchStorage(String(key), type.dtype, size, start);
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function malformed(expected: string): FormatError {
  return new FormatError(
    `expected ${expected}, got something else: its pickle is damaged; download or save it again`,
  );
}
