import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tfjsValues } from '../../../src/weights/tfjs/tfjs-values.js';
import { fixturePath, refusalOf } from '../fixture.js';

const shard = 'group1-shard1of1.bin';
let folder = '';
let model: { weightsManifest: { paths: string[]; weights: { shape: number[] }[] }[] };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-tfjs-'));
  await copyFile(fixturePath(join('tfjs', shard)), join(folder, shard));
  model = JSON.parse(await readFile(fixturePath('tfjs/model.json'), 'utf8'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusalWith(change: object): Promise<string> {
  const path = join(folder, 'model.json');
  await writeFile(path, JSON.stringify({ ...model, ...change }));
  return refusalOf(path);
}

describe('readTfjsModel', () => {
  it.each(['../secret.bin', '/etc/passwd', 'https://x/y', 'a/b', '..', ''])(
    'looks for no shard at %j',
    async (path) => {
      const [group] = model.weightsManifest;
      expect(await refusalWith({ weightsManifest: [{ ...group, paths: [path] }] })).toContain(
        `expected shards beside it, got the path ${JSON.stringify(path)}`,
      );
    },
  );

  it('names a shard that is missing, and tells of one that is too short', async () => {
    const weights = model.weightsManifest[0]?.weights;
    expect(await refusalWith({ weightsManifest: [{ paths: ['b.bin'], weights }] })).toContain(
      'expected its shard "b.bin" beside it, got nothing at this path',
    );
    await writeFile(join(folder, 'short.bin'), 'short');
    expect(await refusalWith({ weightsManifest: [{ paths: ['short.bin'], weights }] })).toContain(
      'expected 17580 bytes in its shards, got 5',
    );
  });

  it('refuses a shard that is larger than its arrays, and arrays beyond memory', async () => {
    expect(await refusalWith({ weightsManifest: [{ paths: [shard], weights: [] }] })).toContain(
      'got more than 0 bytes',
    );
    const large = { name: 'a/kernel', shape: [2 ** 24, 2 ** 24], dtype: 'float32' };
    expect(await refusalWith({ weightsManifest: [{ paths: [], weights: [large] }] })).toContain(
      'expected at most 67108864 numbers',
    );
  });

  it('refuses a graph model', async () => {
    expect(await refusalWith({ format: 'graph-model' })).toContain('got a graph model');
  });
});

describe('tfjsValues', () => {
  it('scales quantised numbers back', () => {
    const quantization = { dtype: 'uint8', scale: 0.5, min: -1 } as const;
    const array = { name: 'a', shape: [3], dtype: 'float32', quantization };
    expect(tfjsValues(array, Uint8Array.of(0, 2, 255)).data).toEqual(Float32Array.of(-1, 0, 126.5));
  });
});
