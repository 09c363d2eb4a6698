import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensors } from '../../../src/checkpoint/safetensors.js';
import { safetensorsBytes } from '../../checkpoint/safetensors-bytes.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

/** The header alone, its length always right: the data are 64 bytes. */
export const target: FuzzTarget = {
  seeds: () => [
    '{"w":{"dtype":"F32","shape":[4,4],"data_offsets":[0,64]}}',
    '{"__metadata__":{"a":"b"},"w":{"dtype":"F64","shape":[2,2],"data_offsets":[0,32]},"v":{"dtype":"F16","shape":[16],"data_offsets":[32,64]}}',
    '{"a":{"dtype":"U8","shape":[64],"data_offsets":[0,64]},"e":{"dtype":"I8","shape":[0,3],"data_offsets":[64,64]}}',
  ],
  tokens: [
    '"dtype"',
    '"shape"',
    '"data_offsets"',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '"F32"',
    '"BOOL"',
    '"__proto__"',
    '"constructor"',
    '"__metadata__"',
    'null',
    '\\u0000',
    '-0',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'w.safetensors');
    await writeFile(path, safetensorsBytes(input.toString('latin1'), Buffer.alloc(64)));
    const { tensors } = await readSafetensors(path);
    let bytes = 0;
    for (const { dtype, data } of tensors.values()) {
      bytes += dtype.endsWith('F16') ? data.byteLength / 2 : data.byteLength;
    }
    expectThat(bytes === 64, 'every byte in one tensor');
  },
};
