import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type InstallSeams, installEngine } from '../../../src/engine/install/install.js';
import { librariesIn, listInstalledEngines } from '../../../src/engine/native/folders.js';
import { InterruptedError, UserError } from '../../../src/errors.js';
import { createTestTerminal } from '../../test-terminal.js';
import { type FakeIndex, type FakeIndexOptions, sendPart, startFakeIndex } from './fake-index.js';
import { fakeWheel, fakeWheelName, testTarget } from './fake-wheel.js';
import { filesBelow, useTemporaryCache } from './temporary-cache.js';

const cache = useTemporaryCache();
const file = fakeWheelName();
const engine = `tensorflow-2.21.0-cpu-${process.platform}-${process.arch}`;
const seams: Partial<InstallSeams> = {
  prove: async () => '2.21.0',
  target: testTarget,
  retryDelayMs: 1,
};
let index: FakeIndex | null = null;

afterEach(async () => {
  await index?.close();
  index = null;
});

async function install(
  served: Partial<FakeIndexOptions>,
  more: Partial<InstallSeams> = {},
  signal?: AbortSignal,
) {
  index ??= await startFakeIndex({ wheels: { [file]: fakeWheel() }, ...served });
  const wanted = { build: 'cpu', version: null, from: null, index: index.url } as const;
  return installEngine(wanted, createTestTerminal(), signal, { ...seams, ...more });
}

/** What is below the cache, but for empty folders. */
const left = () => filesBelow(cache.folder);

// The proof and the target are replaced, the libraries' names are those of the machine.
describe.skipIf(process.platform !== 'linux')('installEngine', () => {
  for (const form of ['json', 'html'] as const) {
    it(`takes only the needed members from an index in ${form}`, async () => {
      const installed = await install({ form });
      expect(installed).toMatchObject({ version: '2.21.0', build: 'cpu' });
      expect(await left()).toEqual([
        `engines/${engine}/engine.json`,
        `engines/${engine}/licenses/tensorflow/LICENSE`,
        `engines/${engine}/tensorflow/THIRD_PARTY_NOTICES.txt`,
        `engines/${engine}/tensorflow/libtensorflow_cc.so.2`,
        `engines/${engine}/tensorflow/libtensorflow_framework.so.2`,
      ]);
      expect(await listInstalledEngines()).toEqual([installed]);
    });
  }

  it('fetches nothing when the engine is there already', async () => {
    await install({});
    const before = index?.requests.length;
    await install({});
    expect(index?.requests.length).toBe(before);
  });

  it('opens the libraries where they were unpacked, before they are moved into place', async () => {
    const seen: string[] = [];
    await install(
      {},
      {
        prove: async ({ library }) => {
          seen.push(library);
          expect(await listInstalledEngines()).toEqual([]);
          return '2.21.0';
        },
      },
    );
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/engines\/\.staging\.[^/]+\/tensorflow\/libtensorflow_cc/);
  });

  it('leaves nothing behind when the proof fails', async () => {
    const prove = () => Promise.reject(new UserError('Cannot open "x": too old'));
    await expect(install({}, { prove })).rejects.toThrow('Cannot open "x": too old');
    expect((await left()).filter((path) => path.startsWith('engines/'))).toEqual([]);
  });

  it('refuses a wheel with a wrong hash and keeps none of it', async () => {
    const attempt = install({ claim: () => 'ab'.repeat(32) });
    await expect(attempt).rejects.toThrow(
      /^Cannot install "tensorflow_cpu.*": expected SHA-256 (ab){32}, got [0-9a-f]{64}: try again/,
    );
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    expect(await left()).toEqual([]);
  });

  it('refuses an index without hashes', async () => {
    await expect(install({ claim: () => null })).rejects.toThrow(/expected its SHA-256 in the/);
  });

  it('says which versions there are when the wanted one is not', async () => {
    index = await startFakeIndex({ wheels: { [file]: fakeWheel() } });
    const wanted = { build: 'cpu', version: '2.99.0', from: null, index: index.url } as const;
    const attempt = installEngine(wanted, createTestTerminal(), undefined, seams);
    await expect(attempt).rejects.toThrow(
      /"2\.99\.0".*got none: choose one of the newest there, 2\.21\.0, with --version$/,
    );
    expect(await left()).toEqual([]);
  });

  it('refuses a version that is none', async () => {
    const wanted = { build: 'cpu', version: 'latest', from: null } as const;
    const attempt = installEngine(wanted, createTestTerminal(), undefined, seams);
    await expect(attempt).rejects.toThrow(
      /^Cannot install TensorFlow "latest": expected a version/,
    );
  });

  it('says what to do without a network', async () => {
    index = await startFakeIndex({ wheels: {} });
    await index.close(); // nobody listens there now
    const attempt = install({});
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    await expect(attempt).rejects.toThrow(
      /^Cannot reach "http:.*got connect ECONNREFUSED.*HTTPS_PROXY.*--from FILE.*--engine wasm"$/,
    );
    expect(await left()).toEqual([]);
  });

  it('refuses a disk without room before it downloads', async () => {
    const attempt = install({}, { freeBytes: async () => 1000 });
    await expect(attempt).rejects.toThrow(
      /^Cannot install in ".*": expected \d+ kB of free disk, got 1 kB: free some space/,
    );
    expect(await left()).toEqual([]);
  });

  it('refuses a disk that is too full to unpack and keeps the download', async () => {
    const freeBytes = async (folder: string) => (folder.includes('.staging') ? 10 : 1e9);
    await expect(install({}, { freeBytes })).rejects.toThrow(/of free disk, got 10 bytes/);
    expect(await left()).toEqual([expect.stringMatching(/^downloads\/[0-9a-f]{16}-tensorflow/)]);
  });

  it('tells a cache folder that cannot be written to', async () => {
    await writeFile(join(cache.folder, 'file'), '');
    process.env['HISTO_CACHE'] = join(cache.folder, 'file', 'below');
    await expect(install({})).rejects.toThrow(/^Cannot install in ".*got a file in its place/);
  });

  it('refuses a platform without TensorFlow', async () => {
    const target = { platform: 'win32', arch: 'x64', glibc: null } as const;
    await expect(install({}, { target })).rejects.toThrow(
      'Cannot install a native engine on win32 x64: expected linux x64, linux arm64 (both with glibc) or darwin arm64: use "--engine wasm", which needs no install',
    );
  });

  it('gives two installs at once the same engine', async () => {
    const both = await Promise.all([install({}), install({})]);
    expect(both[0]).toEqual(both[1]);
    expect(await listInstalledEngines()).toHaveLength(1);
    expect(await left()).toHaveLength(5); // no staging, no downloads
  });

  it('replaces a broken engine', async () => {
    const { folder } = await install({});
    await writeFile(join(folder, 'engine.json'), '{');
    expect(await listInstalledEngines()).toEqual([]);
    await install({});
    expect(await listInstalledEngines()).toHaveLength(1);
  });

  it('stops when asked, and goes on from there the next time', async () => {
    const wheel = fakeWheel();
    const stop = new AbortController();
    const reason = new InterruptedError('SIGINT', 'Stopped by SIGINT');
    let hold = true;
    const options: Partial<FakeIndexOptions> = {
      wheels: { [file]: wheel },
      serve: (request, response, bytes) => {
        if (!hold) return sendPart(request, response, bytes, bytes.length);
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 5000));
        setTimeout(() => stop.abort(reason), 100);
      },
    };
    await expect(install(options, {}, stop.signal)).rejects.toBe(reason);
    expect(await left()).toEqual([expect.stringMatching(/^downloads\/.*\.whl\.part$/)]);
    hold = false;
    await install(options);
    expect(index?.requests.at(-1)).toBe(`GET /files/${file} bytes=5000-`);
    expect(await left()).toHaveLength(5);
  });

  it('is found by its libraries', async () => {
    const { folder, library, framework } = await install({});
    expect(librariesIn(folder)).toEqual({ library, framework });
  });
});
