import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { installEngine } from '../../../src/engine/install/install.js';
import { readEngineCard } from '../../../src/engine/native/folders.js';
import { UserError } from '../../../src/errors.js';
import { createTestTerminal } from '../../test-terminal.js';
import { startFakeIndex } from './fake-index.js';
import { fakeWheel, fakeWheelName, sha256, testTarget } from './fake-wheel.js';
import { filesBelow, useTemporaryCache } from './temporary-cache.js';

const cache = useTemporaryCache();
const file = fakeWheelName();
const wheel = fakeWheel();
afterEach(() => vi.unstubAllEnvs());

/** Installs with pip's settings as given and none of the machine's. */
async function installWith(pip: Record<string, string>) {
  const cleared = ['INDEX_URL', 'EXTRA_INDEX_URL', 'FIND_LINKS', 'CERT', 'PROXY', 'NO_INDEX'];
  for (const name of cleared) vi.stubEnv(`PIP_${name}`, '');
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  for (const [name, value] of Object.entries(pip)) vi.stubEnv(`PIP_${name}`, value);
  const wanted = { build: 'cpu', version: null, from: null } as const;
  return installEngine(wanted, createTestTerminal(), undefined, {
    prove: async () => '2.21.0',
    target: testTarget,
    retryDelayMs: 1,
  });
}

async function folderWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = join(cache.folder, 'mirror');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const page = (hash: string) => `<a href="../../files/${file}#sha256=${hash}">${file}</a>`;

describe.skipIf(process.platform !== 'linux')('the places that pip was told', () => {
  it('may be a folder of wheels: used where it lies', async () => {
    const folder = await folderWith({ [file]: wheel, 'other.txt': '' });
    const engine = await installWith({ FIND_LINKS: folder, NO_INDEX: '1' });
    expect((await readEngineCard(engine.folder))?.sources).toEqual([
      { file, sha256: sha256(wheel) },
    ]);
    expect(await filesBelow(folder)).toEqual(['other.txt', file]);
  });

  it('may be an index of files', async () => {
    const folder = await folderWith({
      [`files/${file}`]: wheel,
      'simple/tensorflow-cpu/index.html': page(sha256(wheel)),
    });
    const url = pathToFileURL(join(folder, 'simple')).href;
    const engine = await installWith({ INDEX_URL: 'http://127.0.0.1:9', EXTRA_INDEX_URL: url });
    expect(engine.version).toBe('2.21.0');
  });

  it('may not name a file that climbs out of the downloads, whatever else they say', async () => {
    const name = 'tensorflow_cpu-2.21.0-../../../../climbed-none-any.whl';
    const folder = await folderWith({
      'simple/tensorflow-cpu/index.html': `<a href="x.whl#sha256=${sha256(wheel)}">${name}</a>`,
    });
    const url = pathToFileURL(join(folder, 'simple')).href;
    await expect(installWith({ INDEX_URL: url })).rejects.toThrow(
      /expected a wheel for .*, got none/,
    );
    expect((await filesBelow(cache.folder)).filter((path) => path.includes('climbed'))).toEqual([]);
  });

  it('are told where what they name is not there', async () => {
    const folder = await folderWith({
      'simple/tensorflow-cpu/index.html': page(sha256(wheel)),
    });
    const url = pathToFileURL(join(folder, 'simple')).href;
    const installing = installWith({ INDEX_URL: url });
    await expect(installing).rejects.toThrow(UserError);
    await expect(installing).rejects.toThrow('expected a wheel, got nothing at this path');
  });

  it('are held to their hashes', async () => {
    const folder = await folderWith({
      [`files/${file}`]: wheel,
      'simple/tensorflow-cpu/index.html': page('0'.repeat(64)),
    });
    const url = pathToFileURL(join(folder, 'simple')).href;
    await expect(installWith({ INDEX_URL: url })).rejects.toThrow(/expected SHA-256 0{64}, got/);
  });

  it('are asked one after the other until one has it', async () => {
    const empty = await startFakeIndex({ wheels: {} });
    const full = await startFakeIndex({ wheels: { [file]: wheel } });
    try {
      await installWith({ INDEX_URL: empty.url, EXTRA_INDEX_URL: full.url });
      expect(full.requests).toHaveLength(2);
    } finally {
      await Promise.all([empty.close(), full.close()]);
    }
  });

  it('are told when they do not have it', async () => {
    const folder = await folderWith({ 'simple/other/index.html': '' });
    const url = pathToFileURL(join(folder, 'simple')).href;
    await expect(installWith({ INDEX_URL: url })).rejects.toThrow(
      /^Cannot read "file:.*got ENOENT/,
    );
    await expect(installWith({ NO_INDEX: '1' })).rejects.toThrow(
      'Cannot install "tensorflow-cpu": expected an index to have it, got none that does',
    );
  });
});
