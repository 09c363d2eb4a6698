import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPipSettings } from '../../../src/engine/install/pip-settings.js';
import { useTemporaryCache } from './temporary-cache.js';

const cache = useTemporaryCache();
const pypi = { kind: 'index', url: 'https://pypi.org/simple' };

/** Pip's settings in a home of their own. */
async function read(
  environment: Record<string, string>,
  files: Record<string, string> = {},
  flag: string | null = null,
) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(cache.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const home = { HOME: cache.folder, XDG_CONFIG_DIRS: join(cache.folder, 'none') };
  return readPipSettings(flag, { ...home, ...environment }, join(cache.folder, 'etc'));
}

describe('readPipSettings', () => {
  it('takes PyPI where nothing is set', async () => {
    expect((await read({})).places).toEqual([pypi]);
  });

  it('takes the index of the flag, else of HISTO_INDEX_URL, and no other then', async () => {
    const environment = { HISTO_INDEX_URL: 'https://b/', PIP_EXTRA_INDEX_URL: 'https://c' };
    expect((await read(environment)).places).toEqual([{ kind: 'index', url: 'https://b' }]);
    expect((await read(environment, {}, 'https://a/simple/')).places).toEqual([
      { kind: 'index', url: 'https://a/simple' },
    ]);
  });

  it("reads pip's variables", async () => {
    const settings = await read({
      PIP_INDEX_URL: 'https://mirror/simple/',
      PIP_EXTRA_INDEX_URL: 'https://one  https://two',
      PIP_FIND_LINKS: '/opt/wheels',
      PIP_PROXY: 'http://proxy:8080',
      PIP_CERT: '/etc/own.pem',
    });
    expect(settings).toEqual({
      places: [
        { kind: 'links', url: 'file:///opt/wheels' },
        { kind: 'index', url: 'https://mirror/simple' },
        { kind: 'index', url: 'https://one' },
        { kind: 'index', url: 'https://two' },
      ],
      proxy: 'http://proxy:8080',
      certificates: '/etc/own.pem',
    });
  });

  it('asks what lies on this machine first', async () => {
    const { places } = await read({ PIP_EXTRA_INDEX_URL: 'file:///opt/simple' });
    expect(places).toEqual([{ kind: 'index', url: 'file:///opt/simple' }, pypi]);
  });

  it('asks no index where pip was told so', async () => {
    const { places } = await read({ PIP_NO_INDEX: '1', PIP_FIND_LINKS: 'https://a/links.html' });
    expect(places).toEqual([{ kind: 'links', url: 'https://a/links.html' }]);
  });

  it("reads pip's files: [install] wins over [global], the user's over the older place", async () => {
    const { places, certificates } = await read(
      {},
      {
        etc: '[global]\nindex-url = https://older\ncert = /older.pem\n',
        '.pip/pip.conf': '[global]\nindex-url = https://old\ncert = /old.pem\n',
        '.config/pip/pip.conf':
          '# a comment\n[global]\nindex_url: https://new\n[install]\nextra-index-url =\n    https://one\n    # not this\n    https://two\n[list]\nindex-url = https://no\n',
      },
    );
    expect(places.map(({ url }) => url)).toEqual(['https://new', 'https://one', 'https://two']);
    expect(certificates).toBe('/old.pem');
  });

  it('lets variables win over files, and PIP_CONFIG_FILE over the others', async () => {
    const files = {
      '.config/pip/pip.conf': '[global]\nindex-url = https://a\nproxy = http://p',
      own: '[global]\nindex-url = https://b',
    };
    const PIP_CONFIG_FILE = join(cache.folder, 'own');
    const named = await read({ PIP_CONFIG_FILE }, files);
    expect(named).toMatchObject({ places: [{ url: 'https://b' }], proxy: 'http://p' });
    const { places } = await read({ PIP_CONFIG_FILE, PIP_INDEX_URL: 'https://c' }, files);
    expect(places).toEqual([{ kind: 'index', url: 'https://c' }]);
    const none = await read({ PIP_CONFIG_FILE: '/dev/null' }, files);
    expect(none).toMatchObject({ places: [pypi], proxy: null });
  });
});
