import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dataDigest, readLabels } from '../../../src/data/labels.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

export const target: FuzzTarget = {
  seeds: () => [
    'id,label\na,0\nb,1\n',
    '\uFEFF"slide","id","label"\r\n"s1","a","1"\r\n\r\n"s,2","b","0"\r\n',
    'label,id,slide\n1,a,x\n0,c,"y ""z"""\n',
  ],
  tokens: [
    'id',
    'label',
    'slide',
    'a',
    'b',
    ',',
    '"',
    '""',
    '\r\n',
    '\n',
    '\uFEFF',
    '../',
    '\0',
    '\x1b[2J',
    '\xff\xfe',
    '\u202e',
    '\\',
    ';',
    '\t',
  ],
  run: async (input, folder) => {
    const [labels, images] = [join(folder, 'labels.csv'), join(folder, 'images')];
    await mkdir(images);
    for (const id of ['a', 'b', 'c']) await writeFile(join(images, `${id}.tif`), '');
    await writeFile(labels, input);
    const groupColumn = input.includes('slide') ? 'slide' : null;
    const patches = await readLabels({ labels, images, groupColumn, limit: null });
    expectThat(
      patches.every(({ path }) => dirname(path) === images),
      'patches of the folder',
    );
    dataDigest(patches);
  },
};
