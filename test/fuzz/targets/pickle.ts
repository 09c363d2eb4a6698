import { UserError } from '../../../src/errors.js';
import { FormatError } from '../../../src/weights/format-error.js';
import { stateDictIn } from '../../../src/weights/torch/state-dict-in.js';
import { torchRules } from '../../../src/weights/torch/torch-rules.js';
import { torchTensorValues } from '../../../src/weights/torch/torch-tensor.js';
import { unpickle } from '../../../src/weights/torch/unpickle.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

const storage = new Uint8Array(64);
const binary = (text: string) => Buffer.from(text, 'latin1');
const tensor =
  'ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x10tQK\x00K\x02K\x03\x86K\x03K\x01\x86\x89ccollections\nOrderedDict\n)RtR';

/** The pickle of a `.pth` alone: its storages have 64 bytes each. */
export const target: FuzzTarget = {
  seeds: () => [
    binary(`\x80\x02}q\x00X\x01\x00\x00\x00wq\x01${tensor}s.`),
    binary(
      `\x80\x02ccollections\nOrderedDict\n)R(X\x01\x00\x00\x00w${tensor}X\x01\x00\x00\x00vh\x00u}b.`,
    ),
    binary(
      '\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x01a\x94]\x94(K\x01G?\xf0\x00\x00\x00\x00\x00\x00eu.',
    ),
    binary('\x80\x02]q\x00h\x00a.'),
  ],
  tokens: [
    tensor,
    'cos\nsystem\n',
    'cbuiltins\neval\n',
    '\x8c\x09__proto__',
    '(',
    't',
    'u',
    'e',
    ')R',
    '\x94',
    'h\x00',
    '}',
    ']',
    'N',
    '\x86',
    '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f',
    '.',
  ],
  run: async (input) => {
    try {
      const { value } = unpickle(new Uint8Array(input), 0, torchRules);
      for (const [name, found] of stateDictIn(value).tensors) {
        const storages = { of: () => storage, isBigEndian: false };
        const { data } = torchTensorValues(name, found, storages, 2 ** 20);
        expectThat(data.length <= 2 ** 20, 'as many numbers as it may have');
      }
    } catch (error) {
      throw error instanceof FormatError ? new UserError(error.message) : error;
    } finally {
      expectThat(Object.keys(Object.prototype).length === 0, 'prototypes as they were');
    }
  },
};
