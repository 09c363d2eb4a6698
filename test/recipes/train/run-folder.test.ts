import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.js';
import { readRunRecord, runFolder } from '../../../src/recipes/train/run-folder.js';
import { temporaryFolder } from '../../data/temporary-folder.js';

const run = runFolder(temporaryFolder());
const record = {
  config: { preset: 'quick', folds: 2, fold: 1, ofAnotherVersion: true },
  engines: [
    { name: 'native', device: 'CPU', version: 'TensorFlow 2.21.0', processor: 'x, 2 cores' },
  ],
  dataDigest: 'abc',
  split: 'stratified, seed 0',
};

function read(content: string) {
  writeFileSync(run.config, content);
  return readRunRecord(run);
}

describe('readRunRecord', () => {
  it('reads a record, also of another version, whose keys are held to ours elsewhere', async () => {
    const versions = { histo: '0.1.0' };
    expect(await read(JSON.stringify({ ...record, versions }))).toEqual(record);
  });

  it.each([
    ['no JSON', '{"config":'],
    ['another kind of JSON', '[1]'],
    ['a config of wrong types', JSON.stringify({ ...record, config: { fold: '../..' } })],
    ['no engines', JSON.stringify({ ...record, engines: undefined })],
    [
      'a prototype in place of a config',
      JSON.stringify({ ...record, config: null, ['__proto__']: record }),
    ],
    ['a nest without end', `{"config":${'['.repeat(1e5)}`],
  ])('refuses %s', async (_, content) => {
    await expect(read(content)).rejects.toThrow(
      new UserError(
        `Cannot resume "${run.path}": expected the record of a run in config.json, got something else; start a new run in another folder`,
      ),
    );
  });

  it('refuses a record that is larger than any', async () => {
    await expect(read(' '.repeat(2 ** 24 + 1))).rejects.toThrow('got more than 17 MB');
  });
});
