import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readExclusions, withoutExcluded } from '../../../src/data/exclusions.js';
import type { FuzzTarget } from '../fuzz-target.js';

const patches = ['a', 'b', 'c', 'd'].map(
  (id, at) => ({ id, label: at % 2 === 0 ? 0 : 1, group: null, path: `${id}.tif` }) as const,
);

export const target: FuzzTarget = {
  seeds: () => ['id,reason\na,blank\n"b","twin of ""c"""\n', '\uFEFFreason,id\r\n,a\r\n\r\n'],
  tokens: [
    'id',
    'reason',
    'a',
    ',',
    '"',
    '""',
    '\r\n',
    '\n',
    '\uFEFF',
    '\0',
    '\x1b[2J',
    '\xff\xfe',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'exclusions.csv');
    await writeFile(path, input);
    withoutExcluded(patches, await readExclusions(path), path, true);
  },
};
