import { counted } from '../../counted.js';
import { quote } from '../../quote.js';
import { FormatError } from '../format-error.js';
import { TorchTensor } from './torch-tensor.js';

/** The tensors of a state dict, and the keys that led to it. */
export interface FoundStateDict {
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** As in `under "state_dict"`; null: the file holds nothing else. */
  readonly place: string | null;
}

/** Where training programs put it; the averaged weights first, as timm has it. */
const wrappings = [
  'state_dict_ema',
  'model_ema',
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
];
const deepest = 3;

/**
 * The state dict in what a file holds: the value itself or, in a training checkpoint, under one of the
 * usual keys.
 *
 * @throws {FormatError} If there is none.
 */
export function stateDictIn(value: unknown): FoundStateDict {
  const path: string[] = [];
  let found = value;
  for (let level = 0; level < deepest && found instanceof Map; level++) {
    const tensors = tensorsOf(found);
    if (tensors.size > 0) {
      return { tensors, place: path.length === 0 ? null : `under ${path.map(quote).join(' in ')}` };
    }
    const wrapping = wrappings.find(
      (key) => (found as Map<unknown, unknown>).get(key) instanceof Map,
    );
    if (wrapping === undefined) break;
    path.unshift(wrapping);
    found = found.get(wrapping);
  }
  throw new FormatError(
    `expected a state dict of tensors, got ${shown(found)}: save model.state_dict() in PyTorch and convert that file`,
  );
}

function tensorsOf(dictionary: ReadonlyMap<unknown, unknown>): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  for (const [key, value] of dictionary) {
    if (typeof key === 'string' && value instanceof TorchTensor) tensors.set(key, value);
  }
  return tensors;
}

function shown(value: unknown): string {
  if (value instanceof TorchTensor) return 'one tensor';
  if (!(value instanceof Map)) return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  const keys = [...value.keys()].filter((key) => typeof key === 'string').slice(0, 5);
  return `a dictionary of ${counted(value.size, 'key')} (${keys.map(quote).join(', ')})`;
}
