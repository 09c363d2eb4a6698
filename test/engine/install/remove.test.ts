import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { removeEngine } from '../../../src/engine/install/remove.js';
import {
  type EngineBuild,
  engineFolder,
  findInstalledEngine,
  librariesIn,
  listInstalledEngines,
} from '../../../src/engine/native/folders.js';
import { filesBelow, useTemporaryCache } from './temporary-cache.js';

const cache = useTemporaryCache();

async function putEngine(folder: string, version: string, build: EngineBuild): Promise<void> {
  const { library, framework } = librariesIn(folder);
  await mkdir(join(folder, 'tensorflow'), { recursive: true });
  await writeFile(library, '');
  await writeFile(framework, '');
  const card = { version, build, sources: [], installed: '2026-01-01T00:00:00.000Z' };
  await writeFile(join(folder, 'engine.json'), JSON.stringify(card));
}

const names = async () =>
  (await listInstalledEngines()).map(({ version, build }) => `${version}-${build}`);

beforeEach(async () => {
  await putEngine(engineFolder('2.9.1', 'cpu'), '2.9.1', 'cpu');
  await putEngine(engineFolder('2.21.0', 'cpu'), '2.21.0', 'cpu');
  await putEngine(engineFolder('2.21.0', 'cuda'), '2.21.0', 'cuda');
});

describe('findInstalledEngine', () => {
  it('prefers the newest, and CUDA where both are there', async () => {
    expect(await names()).toEqual(['2.21.0-cuda', '2.21.0-cpu', '2.9.1-cpu']);
    expect(await findInstalledEngine()).toMatchObject({ version: '2.21.0', build: 'cuda' });
  });

  it('takes the folder of HISTO_TENSORFLOW', async () => {
    const folder = join(cache.folder, 'own');
    process.env['HISTO_TENSORFLOW'] = folder;
    await expect(findInstalledEngine()).rejects.toThrow(/^Cannot use ".*own" of HISTO_TENSORFLOW/);
    await putEngine(folder, '2.18.0', 'cpu');
    expect(await findInstalledEngine()).toMatchObject({ version: '2.18.0', folder });
  });

  it('finds none in an empty cache', async () => {
    process.env['HISTO_CACHE'] = join(cache.folder, 'elsewhere');
    expect(await findInstalledEngine()).toBeNull();
  });
});

describe('removeEngine', () => {
  it('removes a version with all its builds, or one build', async () => {
    expect(await removeEngine(['2.21.0'])).toHaveLength(2);
    expect(await names()).toEqual(['2.9.1-cpu']);
    await putEngine(engineFolder('2.21.0', 'cuda'), '2.21.0', 'cuda');
    await removeEngine(['2.21.0-cuda']);
    expect(await names()).toEqual(['2.9.1-cpu']);
  });

  it('removes the only one without its name', async () => {
    await removeEngine(['2.21.0']);
    await removeEngine([]);
    expect(await names()).toEqual([]);
  });

  it('removes everything, downloads as well', async () => {
    await mkdir(join(cache.folder, 'downloads'));
    await writeFile(join(cache.folder, 'downloads', 'x.part'), '');
    expect(await removeEngine('all')).toHaveLength(3);
    expect(await filesBelow(cache.folder)).toEqual([]);
    expect(await removeEngine('all')).toEqual([]);
  });

  it('removes none if one of the names is wrong, or none is given for several', async () => {
    await expect(removeEngine(['2.9.1', '1.15'])).rejects.toThrow(
      'Cannot remove engine "1.15": expected the version of an installed one, got only 2.21.0-cuda, 2.21.0-cpu, 2.9.1-cpu: see "histo engine list"',
    );
    await expect(removeEngine([])).rejects.toThrow(/are installed: name it, or add --all$/);
    expect(await names()).toHaveLength(3);
  });
});
