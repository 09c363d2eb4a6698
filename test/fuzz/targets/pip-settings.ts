import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPipSettings } from '../../../src/engine/install/pip-settings.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

export const target: FuzzTarget = {
  seeds: () => [
    '[global]\nindex-url = https://a:b@x.example/simple/\nfind-links =\n  ~/wheels\n  https://y.example\n',
    '[install]\nextra_index_url: http://z.example\nno-index = no\nproxy=proxy:80\ncert = /x.pem\n',
  ],
  tokens: [
    '[global]',
    '[install]',
    '=',
    ':',
    '\n',
    '\n  ',
    '#',
    ';',
    'index-url',
    'find-links',
    'https://',
    '\0',
  ],
  run: async (input, folder) => {
    const file = join(folder, 'pip.conf');
    await writeFile(file, input);
    const { places } = await readPipSettings(null, { HOME: folder }, file);
    expectThat(
      places.every(({ url }) => /^[a-z][a-z0-9+.-]*:/i.test(url)),
      'URLs',
    );
  },
};
