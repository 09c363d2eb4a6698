import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nvidiaMembers, tensorflowMembers } from '../../../src/engine/install/needed-members.js';
import { measureWheel, readMetadata, unpackWheel } from '../../../src/engine/install/wheel.js';
import { fakeWheel } from './fake-wheel.js';
import { filesBelow, useTemporaryCache } from './temporary-cache.js';
import { type ZipMember, zipBytes } from './zip-bytes.js';

const cache = useTemporaryCache();
const all = (member: string) => member;

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(cache.folder, 'x.whl');
  await writeFile(path, bytes);
  return path;
}

async function unpack(members: readonly ZipMember[], placement = all): Promise<string[]> {
  const folder = join(cache.folder, 'a', 'b');
  await mkdir(folder, { recursive: true });
  await unpackWheel(await written(zipBytes(members)), folder, placement);
  return filesBelow(folder);
}

describe('unpackWheel', () => {
  it('writes what is needed, with its bytes and its mode', async () => {
    const path = await written(fakeWheel());
    const folder = join(cache.folder, 'out');
    expect(await unpackWheel(path, folder, tensorflowMembers('linux'))).toBe(4);
    expect(await filesBelow(folder)).toEqual([
      'licenses/tensorflow/LICENSE',
      'tensorflow/THIRD_PARTY_NOTICES.txt',
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.so.2',
    ]);
    const framework = join(folder, 'tensorflow', 'libtensorflow_framework.so.2');
    expect(await readFile(framework, 'utf8')).toBe('framework');
    expect((await stat(framework)).mode & 0o777).toBe(0o755);
  });

  it('measures what it would write', async () => {
    const path = await written(fakeWheel());
    const sum = 65_536 + 'framework'.length + 'notices'.length + 'Apache'.length;
    expect(await measureWheel(path, tensorflowMembers('linux'))).toBe(sum);
  });

  for (const name of [
    '../../out.txt',
    '/etc/histo-test',
    'a/../../../out.txt',
    'C:/out.txt',
    'a\0b',
  ]) {
    it(`refuses a member named ${JSON.stringify(name)}`, async () => {
      const attempt = unpack([
        { name: 'good', data: 'x' },
        { name, data: 'evil' },
      ]);
      await expect(attempt).rejects.toThrow(
        /^Cannot unpack "x\.whl": expected a sound wheel, got /,
      );
      expect(await filesBelow(cache.folder)).toEqual(['x.whl']); // nor what came before it
    });
  }

  it('refuses a symbolic link', async () => {
    const attempt = unpack([{ name: 'link', data: '/etc/passwd', mode: 0o120777 }]);
    await expect(attempt).rejects.toThrow(/got a symbolic link: link: download it again$/);
  });

  it('refuses a damaged member', async () => {
    await expect(unpack([{ name: 'x', data: 'abc', crc: 1 }])).rejects.toThrow(
      /a damaged member: x/,
    );
  });

  it('refuses a file that was cut off, and one that is no zip', async () => {
    const folder = join(cache.folder, 'out');
    for (const bytes of [fakeWheel().subarray(0, 40_000), Buffer.from('<html>'), Buffer.alloc(0)]) {
      const attempt = unpackWheel(await written(bytes), folder, all);
      await expect(attempt).rejects.toThrow(/^Cannot unpack "x\.whl": expected a sound wheel/);
    }
  });
});

describe('readMetadata', () => {
  it('gives the text', async () => {
    expect(await readMetadata(await written(fakeWheel()))).toBe('Name: tensorflow-cpu\n');
  });

  it('refuses one without end, by what its entry says', async () => {
    const bomb = zipBytes([{ name: 'x-1.dist-info/METADATA', data: Buffer.alloc(2 ** 23) }]);
    await expect(readMetadata(await written(bomb))).rejects.toThrow('got METADATA without end');
  });

  it('refuses a wheel without it', async () => {
    const path = await written(zipBytes([{ name: 'x', data: '' }]));
    await expect(readMetadata(path)).rejects.toThrow(/got no METADATA in it/);
  });
});

describe('nvidiaMembers', () => {
  const place = nvidiaMembers('nvidia-cublas-cu12');
  it('keeps libraries below nvidia/, where the run path of TensorFlow looks', () => {
    expect(place('nvidia/cublas/lib/libcublas.so.12')).toBe('nvidia/cublas/lib/libcublas.so.12');
    expect(place('nvidia/cuda_nvcc/bin/ptxas')).toBe('nvidia/cuda_nvcc/bin/ptxas');
    expect(place('nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc')).not.toBeNull();
    const licence = 'nvidia_cublas_cu12-12.9.1.4.dist-info/licenses/License.txt';
    expect(place(licence)).toBe('licenses/nvidia-cublas-cu12/License.txt');
  });

  it('leaves out headers, Python and the compiler', () => {
    expect(place('nvidia/cublas/include/cublas.h')).toBeNull();
    expect(place('nvidia/__init__.py')).toBeNull();
    expect(place('nvidia/cuda_nvcc/nvvm/bin/cicc')).toBeNull();
    expect(place('nvidia_cublas_cu12-12.9.1.4.dist-info/RECORD')).toBeNull();
  });
});
