import type { ForeignTensor } from '../foreign-weights.js';
import { stateDictIn } from './state-dict-in.js';
import { torchTensorValues } from './torch-tensor.js';
import type { TorchFile } from './torch-zip.js';

const mostValues = 2 ** 26; // of all tensors; ResNet-152 has 60 million

/**
 * The tensors of a file's state dict with their numbers, by the names that they have there.
 *
 * @throws {FormatError} If there is no state dict, or a tensor leads out of its storage.
 */
export function torchTensors({ value, storages }: TorchFile): {
  readonly tensors: Map<string, ForeignTensor>;
  readonly place: string | null;
} {
  const found = stateDictIn(value);
  const tensors = new Map<string, ForeignTensor>();
  let left = mostValues;
  for (const [name, tensor] of found.tensors) {
    const values = torchTensorValues(name, tensor, storages, left);
    left -= values.data.length;
    tensors.set(name, values);
  }
  return { tensors, place: found.place };
}
