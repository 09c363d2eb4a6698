import { writeFile } from 'node:fs/promises';
import { readRunRecord, runFolder } from '../../../src/recipes/train/run-folder.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

const record = {
  config: { preset: 'quick', labels: '/l.csv', images: '/i', folds: 2, fold: 1, seed: 0, crop: 49 },
  engines: [
    { name: 'native', device: 'CPU', version: 'TensorFlow 2.21.0', processor: 'x, 2 cores' },
  ],
  dataDigest: 'abc',
  split: 'stratified, seed 0',
  versions: { histo: '0.1.0', node: 'v20', platform: 'linux-x64' },
};

export const target: FuzzTarget = {
  seeds: () => [JSON.stringify(record), JSON.stringify(record, null, 2)],
  tokens: [
    '"__proto__":',
    '"config":',
    '"engines":',
    '"fold":',
    '[',
    ']',
    '{',
    '}',
    ',',
    'null',
    '1e999',
  ],
  run: async (input, folder) => {
    const run = runFolder(folder);
    await writeFile(run.config, input);
    const { config, engines, dataDigest } = await readRunRecord(run);
    expectThat(typeof config === 'object' && config !== null, 'a config');
    expectThat(
      engines.every(({ version }) => typeof version === 'string'),
      'engines',
    );
    expectThat(typeof dataDigest === 'string', 'a digest');
  },
};
