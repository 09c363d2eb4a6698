import { utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listAbandoned, ownedName } from '../src/owned-name.js';
import { useTemporaryCache } from './engine/install/temporary-cache.js';

const cache = useTemporaryCache();

describe('listAbandoned', () => {
  it('tells what the dead have left from what is in the making', async () => {
    const own = ownedName('.staging');
    const dead = own.replace(`-${process.pid}-`, '-999999999-'); // above any process id
    const [host = ''] = /[0-9a-f]{8}(?=-)/.exec(own) ?? [];
    const far = dead.replace(host, '00000000');
    const farAndOld = far.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    const names = [own, dead, far, farAndOld, 'tensorflow-2.21.0-cpu', '.staging.x'];
    for (const name of names) await writeFile(join(cache.folder, name), '');
    const dayBefore = Date.now() / 1000 - 25 * 3600;
    await utimes(join(cache.folder, farAndOld), dayBefore, dayBefore);
    const abandoned = await listAbandoned(cache.folder, '.staging');
    expect(abandoned.map((name) => basename(name)).sort()).toEqual([dead, farAndOld].sort());
  });

  it('is empty where there is no folder', async () => {
    expect(await listAbandoned(join(cache.folder, 'none'), '.staging')).toEqual([]);
  });
});
