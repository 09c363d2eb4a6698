import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FuzzTarget } from '../fuzz-target.js';
import { readAsWeights, weightsFixture } from '../weights-target.js';

const shard = weightsFixture('tfjs/group1-shard1of1.bin');

/** `model.json`, beside a shard that is sound. */
export const target: FuzzTarget = {
  seeds: () => [
    weightsFixture('tfjs/model.json'),
    JSON.stringify({
      modelTopology: { class_name: 'Model', config: { layers: [] } },
      weightsManifest: [
        {
          paths: ['group1-shard1of1.bin'],
          weights: [
            {
              name: 'conv1_conv/kernel',
              shape: [7, 7, 3, 4],
              dtype: 'float32',
              quantization: { dtype: 'uint8', scale: 0.1, min: 0 },
            },
          ],
        },
      ],
    }),
  ],
  tokens: [
    '"shape":',
    '"dtype":',
    '"paths":',
    '"weights":',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"../x"',
    '"__proto__":',
    '"constructor"',
    '1000000000',
    'null',
    '"graph-model"',
  ],
  run: async (input, folder) => {
    await writeFile(join(folder, 'group1-shard1of1.bin'), shard);
    await readAsWeights(input, folder);
  },
};
