import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readSafetensors } from '../../../src/checkpoint/safetensors.js';
import { safetensorsBytes } from '../../checkpoint/safetensors-bytes.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

const header = {
  __metadata__: { variant: 'v1.5' },
  w: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
  v: { dtype: 'BF16', shape: [4], data_offsets: [16, 24] },
  n: { dtype: 'I64', shape: [], data_offsets: [24, 32] },
};

export const target: FuzzTarget = {
  seeds: () => {
    const bytes = safetensorsBytes(header, Buffer.alloc(32, 1));
    return [bytes, gzipSync(bytes), safetensorsBytes({}), Buffer.from('PK\x03\x04')];
  },
  tokens: [
    '"dtype"',
    '"shape"',
    '"data_offsets"',
    '[',
    ']',
    '{',
    '}',
    ',',
    'F16',
    'F64',
    'BOOL',
    '__proto__',
    '__metadata__',
    '\x1f\x8b',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'w.safetensors');
    await writeFile(path, input);
    const { tensors } = await readSafetensors(path);
    for (const { shape, data } of tensors.values()) {
      expectThat(
        shape.reduce((product, one) => product * one, 1) === data.length,
        'numbers by shape',
      );
    }
  },
};
