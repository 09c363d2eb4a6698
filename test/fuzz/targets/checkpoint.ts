import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCheckpoint, saveCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { parametersOf } from '../../../src/model/parameters.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';
import { tinyCheckpoint } from '../tiny-checkpoint.js';

export const target: FuzzTarget = {
  seeds: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'histo-seed-'));
    const path = join(folder, 'a.safetensors');
    await saveCheckpoint(path, tinyCheckpoint);
    const whole = await readFile(path);
    await saveCheckpoint(path, { ...tinyCheckpoint, optimizer: null, progress: null });
    const used = await readFile(path);
    await rm(folder, { recursive: true });
    return [whole, used];
  },
  tokens: [
    '\\"width\\":',
    '\\"blocks\\":',
    '[',
    ']',
    '{',
    '}',
    ',',
    '1000000000',
    'null',
    '__proto__',
    '\\u001b',
    '\x7f\x80',
    '\xff\xff',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'best.safetensors');
    await writeFile(path, input);
    const { card } = await loadCheckpoint(folder);
    expectThat(parametersOf(card.architecture).length < 50_000, 'parameters that can be listed');
  },
};
