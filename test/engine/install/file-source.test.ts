import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type InstallSeams, installEngine } from '../../../src/engine/install/install.js';
import { readEngineCard } from '../../../src/engine/native/folders.js';
import { createTestTerminal } from '../../test-terminal.js';
import { fakeWheel, fakeWheelName, sha256, testTarget } from './fake-wheel.js';
import { filesBelow, useTemporaryCache } from './temporary-cache.js';
import { zipBytes } from './zip-bytes.js';

const cache = useTemporaryCache();
const wheel = fakeWheel();

async function installFrom(
  from: string,
  more: { version?: string; build?: 'cpu' | 'cuda' } & Partial<InstallSeams> = {},
) {
  const { version = null, build = 'cpu', ...seams } = more;
  return installEngine({ build, version, from }, createTestTerminal(), undefined, {
    prove: async () => '2.21.0',
    target: testTarget,
    ...seams,
  });
}

async function put(name: string, content: string | Buffer): Promise<string> {
  const path = join(cache.folder, 'given', name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

const given = () => join(cache.folder, 'given');

describe.skipIf(process.platform !== 'linux')('--from', () => {
  it('takes a wheel and leaves it where it is', async () => {
    const path = await put(fakeWheelName(), wheel);
    const engine = await installFrom(path);
    const card = await readEngineCard(engine.folder);
    expect(card).toMatchObject({
      version: '2.21.0',
      build: 'cpu',
      sources: [{ file: fakeWheelName(), sha256: sha256(wheel) }],
    });
    expect(await filesBelow(given())).toEqual([fakeWheelName()]);
  });

  it('takes the newest wheel of a folder, or the version that is asked for', async () => {
    for (const version of ['2.9.1', '2.21.0', '2.20.0']) await put(fakeWheelName(version), wheel);
    expect((await installFrom(given())).version).toBe('2.21.0');
    expect((await installFrom(given(), { version: '2.20.0' })).version).toBe('2.20.0');
  });

  it('takes a folder with tensorflow/ unpacked, and asks the library for its version', async () => {
    await put('tensorflow/libtensorflow_cc.so.2', 'cc');
    await put('tensorflow/libtensorflow_framework.so.2', 'framework');
    await put('tensorflow/python/big.py', 'x');
    const engine = await installFrom(given(), { prove: async () => '2.19.1' });
    expect(engine.version).toBe('2.19.1');
    expect(await filesBelow(join(engine.folder, 'tensorflow'))).toEqual([
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
    await expect(installFrom(given(), { version: '2.20.0' })).rejects.toThrow(
      /^Cannot install TensorFlow "2\.20\.0": expected that version in ".*given", got 2\.21\.0/,
    );
  });

  it('takes the wheels of NVIDIA that lie beside, and puts them beside tensorflow/', async () => {
    const metadata = 'Requires-Dist: nvidia-cublas-cu12<13,>=12.5; extra == "and-cuda"\n';
    const cuda = zipBytes([
      { name: 'tensorflow/libtensorflow_cc.so.2', data: 'cc' },
      { name: 'tensorflow/libtensorflow_framework.so.2', data: 'framework' },
      { name: 'tensorflow-2.21.0.dist-info/METADATA', data: metadata },
    ]);
    const cublas = zipBytes([
      { name: 'nvidia/cublas/lib/libcublas.so.12', data: 'cublas' },
      { name: 'nvidia/cublas/include/cublas.h', data: '' },
    ]);
    const path = await put('tensorflow-2.21.0-cp310-cp310-manylinux_2_27_x86_64.whl', cuda);
    await expect(installFrom(path, { build: 'cuda' })).rejects.toThrow(
      /^Cannot install the CUDA build: expected a wheel of nvidia-cublas-cu12<13,>=12\.5/,
    );
    await put('nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl', cublas);
    const engine = await installFrom(path, { build: 'cuda' });
    expect(engine.build).toBe('cuda');
    expect(await filesBelow(engine.folder)).toEqual([
      'engine.json',
      'nvidia/cublas/lib/libcublas.so.12',
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.so.2',
    ]);
  });

  it.each([
    ['nothing.whl', null, 'no such file'],
    ['notes.txt', 'x', 'another kind of file'],
    [
      'numpy-2.0.0-cp310-cp310-manylinux_2_27_x86_64.whl',
      'x',
      'a wheel of numpy, not of tensorflow-cpu',
    ],
    ['tensorflow_cpu-2.21.0-cp310-cp310-win_amd64.whl', 'x', 'one for win_amd64'],
  ])('refuses %s', async (name, content, got) => {
    const path = content === null ? join(given(), name) : await put(name, content);
    await expect(installFrom(path)).rejects.toThrow(
      `Cannot install from "${path}": expected a wheel of TensorFlow for this machine, or a folder with one or with tensorflow/ unpacked, got ${got}: leave out --from to download the right one`,
    );
  });

  it('refuses a path that goes through a file', async () => {
    const path = join(await put('file.txt', ''), 'x');
    await expect(installFrom(path)).rejects.toThrow(
      /^Cannot install from ".*file\.txt.x": .* got no such file: leave out --from/,
    );
  });

  it('refuses a wheel of another version than asked for, and an empty folder', async () => {
    const path = await put(fakeWheelName(), wheel);
    await expect(installFrom(path, { version: '2.20.0' })).rejects.toThrow(/got version 2\.21\.0/);
    await mkdir(join(cache.folder, 'empty'));
    const attempt = installFrom(join(cache.folder, 'empty'));
    await expect(attempt).rejects.toThrow(/got neither in the folder/);
  });
});
