import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nvidiaMembers } from '../../../src/engine/install/needed-members.js';
import { measureWheel, readMetadata, unpackWheel } from '../../../src/engine/install/wheel.js';
import { fakeWheel } from '../../engine/install/fake-wheel.js';
import { zipBytes } from '../../engine/install/zip-bytes.js';
import { expectThat, type FuzzTarget } from '../fuzz-target.js';

export const target: FuzzTarget = {
  seeds: () => [
    zipBytes([
      { name: 'nvidia/cudnn/lib/libcudnn.so.9', data: 'library', mode: 0o100755 },
      { name: 'x-1.dist-info/METADATA', data: 'Name: x\n' },
      { name: 'x-1.dist-info/licenses/LICENSE', data: 'text' },
    ]),
    Buffer.from(fakeWheel()),
  ],
  tokens: [
    'PK\x01\x02',
    'PK\x03\x04',
    'PK\x05\x06',
    '../',
    '/',
    '\\',
    'nvidia/',
    'METADATA',
    '\0',
    'LICENSE',
  ],
  run: async (input, folder) => {
    const [path, out] = [join(folder, 'x.whl'), join(folder, 'deep', 'out')];
    await writeFile(path, input);
    await mkdir(out, { recursive: true });
    const placement = nvidiaMembers('nvidia-x');
    try {
      if ((await measureWheel(path, placement)) < 2 ** 20) await unpackWheel(path, out, placement);
      await readMetadata(path);
    } finally {
      expectThat((await readdir(folder)).sort().join() === 'deep,x.whl', 'nothing outside');
      expectThat((await readdir(join(folder, 'deep'))).join() === 'out', 'nothing beside');
    }
  },
};
