import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCheckpoint } from '../../../src/checkpoint/checkpoint.js';
import { parametersOf } from '../../../src/model/parameters.js';
import { safetensorsBytes } from '../../checkpoint/safetensors-bytes.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';
import { tinyCheckpoint } from '../tiny-checkpoint.js';

/** What a checkpoint says of itself, in a file that is sound otherwise. */
export const target: FuzzTarget = {
  seeds: () => [
    JSON.stringify(tinyCheckpoint.card),
    JSON.stringify({ ...tinyCheckpoint.card, leakage: null, slides: null, metrics: null }),
  ],
  tokens: [
    '"width":',
    '"blocks":',
    '"classes":',
    '[',
    ']',
    '{',
    '}',
    ',',
    '1000000000',
    'null',
    'true',
    '"__proto__":',
    '"constructor":{"prototype":{}}',
    '\\u001b',
    '"x"',
    '1e999',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'best.safetensors');
    const progress = JSON.stringify(tinyCheckpoint.progress);
    const metadata = { histo: input.toString('utf8'), progress };
    await writeFile(path, safetensorsBytes({ __metadata__: metadata }));
    const { card } = await loadCheckpoint(path);
    expectThat(parametersOf(card.architecture).length < 50_000, 'parameters that can be listed');
  },
};
