import { quote } from '../../quote.js';
import { FormatError } from '../format-error.js';
import type { ZipMembers } from '../zip-members.js';
import { torchRules } from './torch-rules.js';
import type { StorageBytes } from './torch-tensor.js';
import { unpickle } from './unpickle.js';

const mostPickleBytes = 2 ** 26; // ResNet-152's has 150 kB
const pickleName = /^([^/]+)\/data\.pkl$/;

/** A file of torch's: what was saved, its tensors without their numbers, and where these are. */
export interface TorchFile {
  readonly value: unknown;
  readonly storages: StorageBytes;
}

/** Whether a zip file is one that `torch.save` wrote. */
export function isTorchZip({ names }: ZipMembers): boolean {
  return names.some((name) => pickleName.test(name));
}

/**
 * Reads what `torch.save` writes since PyTorch 1.6: a zip file of one folder that holds `data.pkl`,
 * `byteorder` and a member `data/…` a storage.
 *
 * @throws {FormatError} If it is damaged or holds code.
 * @see torch/serialization.py, `_load`
 */
export function readTorchZip(zip: ZipMembers): TorchFile {
  const [folder = ''] = zip.names.flatMap((name) => pickleName.exec(name)?.[1] ?? []);
  const { value } = unpickle(zip.read(`${folder}/data.pkl`, mostPickleBytes), 0, torchRules);
  const order = zip.names.includes(`${folder}/byteorder`)
    ? Buffer.from(zip.read(`${folder}/byteorder`, 16)).toString('latin1')
    : 'little';
  if (order !== 'little' && order !== 'big') {
    throw new FormatError(
      `expected numbers in the order little or big, got ${quote(order)}: it is damaged; download or save it again`,
    );
  }
  const of = (key: string) => zip.read(`${folder}/data/${key}`);
  return { value, storages: { of, isBigEndian: order === 'big' } };
}
