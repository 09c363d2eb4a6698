import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  readSafetensors,
  type SafeTensor,
  writeSafetensors,
} from '../../src/checkpoint/safetensors.js';
import { UserError } from '../../src/errors.js';
import type { Stride } from '../../src/model/architecture.js';
import { imageNet } from '../../src/model/preprocess.js';
import { readWeightsFile } from '../../src/weights/read-weights-file.js';
import { type RegisteredWeights, registry } from '../../src/weights/registry.js';
import { tinyCheckpoint } from '../fuzz/tiny-checkpoint.js';
import { hasShared, sharedPath } from '../shared-data.js';
import { fixturePath, unzippedFixture } from './fixture.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function weightsWith(metadata: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, 'weights.safetensors');
  const { tensors } = await readSafetensors(fixturePath('truth.safetensors'));
  await writeSafetensors(path, tensors, metadata);
  return path;
}

function read(path: string, stride: Stride | null = null) {
  return readWeightsFile(path, stride, new AbortController().signal);
}

describe('readWeightsFile', () => {
  it.each([
    [{ stride: 'v1' }, 'v1'],
    [{ stride: 'v1.5' }, 'v1.5'],
    [{ variant: 'V1.5 (stride 2 in conv2)' }, 'v1.5'],
    [{ variant: 'something', stride: 'v1' }, 'v1'],
  ] as const)('takes the stride from the metadata %j', async (metadata, stride) => {
    expect(await read(await weightsWith(metadata))).toMatchObject({ stride });
    expect(await read(await weightsWith(metadata), stride)).toMatchObject({ stride });
  });

  it('takes it from the user where the file says nothing', async () => {
    const path = await weightsWith({ arch: 'resnet50' });
    expect((await read(path, 'v1')).stride).toBe('v1');
    expect((await read(fixturePath('zip.pth'), 'v1.5')).stride).toBe('v1.5');
  });

  it.each([{}, { variant: 'v1.52' }, { variant: 'v10' }, { stride: 'v2' }, { variant: 'd' }])(
    'never guesses: %j',
    async (metadata) => {
      const path = await weightsWith(metadata as Record<string, string>);
      await expect(read(path)).rejects.toThrow(
        new UserError(
          `Cannot use weights "${path}": expected the file to say where its bottlenecks have their stride, got nothing of it; give --stride v1 (in conv1, as Caffe and Keras) or --stride v1.5 (in conv2, as torchvision, timm and transformers)`,
        ),
      );
    },
  );

  it('refuses a user who contradicts the file', async () => {
    const path = await weightsWith({ variant: 'v1 (conv1)' });
    await expect(read(path, 'v1.5')).rejects.toThrow(
      new UserError(
        `Cannot use weights "${path}": expected --stride v1, as it is known of this file, got --stride v1.5; leave --stride out`,
      ),
    );
  });

  it('takes the normalisation from the metadata', async () => {
    const figures = { mean: '[0, 0.5, 1]', std: '[1, 0.5, 0.25]' };
    const { normalization } = await read(await weightsWith({ stride: 'v1', ...figures }));
    expect(normalization).toEqual({ mean: [0, 0.5, 1], std: [1, 0.5, 0.25] });
    expect((await read(await weightsWith({ stride: 'v1' }))).normalization).toBeNull();
    const path = await weightsWith({ stride: 'v1', ...figures, std: '[1, 0, 1]' });
    await expect(read(path)).rejects.toThrow(
      /expected "mean" and "std" in the metadata to be three/,
    );
  });

  it('takes from the registry what a published file does not say', async () => {
    const path = fixturePath('legacy.pth');
    const { sha256, registered } = await read(path, 'v1');
    expect(registered).toBeNull();
    const digest = sha256.slice(0, 8);
    const entry = { ...registry[0], digest, stride: 'v1' } as RegisteredWeights;
    (registry as RegisteredWeights[]).push(entry);
    try {
      expect(await read(path)).toMatchObject({
        stride: 'v1',
        normalization: imageNet,
        registered: entry,
      });
    } finally {
      (registry as RegisteredWeights[]).pop();
    }
  });

  it("takes Keras's stride and inputs from the kind of the file", async () => {
    const { stride, normalization } = await read(await unzippedFixture('keras-2.h5', folder));
    expect(stride).toBe('v1');
    expect(normalization?.mean[0]).toBeCloseTo(123.68 / 255, 6);
  });

  it.skipIf(!hasShared)('reads a real, gzipped ResNet-50', async () => {
    const path = sharedPath('weights', 'resnet50-v1-imagenet-int8.safetensors.gz');
    const { state, stride } = await read(path);
    expect(stride).toBe('v1');
    expect(state.get('conv1.weight')?.shape).toEqual([64, 3, 7, 7]);
    expect(state.get('layer4.2.bn3.running_var')?.shape).toEqual([2048]);
    expect([...state.keys()].some((name) => name.endsWith('num_batches_tracked'))).toBe(false);
  });

  it('takes the backbone of a checkpoint of histo, and what its card says', async () => {
    const path = join(folder, 'last.safetensors');
    const { tensors } = await readSafetensors(fixturePath('truth.safetensors'));
    const filter = tensors.get('conv1.weight') as SafeTensor;
    const beside = ['head.fc1.weight', 'optimizer.velocity.conv1.weight', 'validation.labels'];
    const preprocessing = { ...tinyCheckpoint.card.preprocessing, mean: [0.1, 0.2, 0.3] };
    await writeSafetensors(
      path,
      new Map([...tensors, ...beside.map((name) => [name, filter] as const)]),
      { histo: JSON.stringify({ ...tinyCheckpoint.card, preprocessing }) },
    );
    const { state, stride, normalization } = await read(path);
    expect(stride).toBe('v1.5');
    expect(normalization).toEqual({ mean: [0.1, 0.2, 0.3], std: preprocessing.std });
    expect(beside.filter((name) => state.has(name))).toEqual([]);
    expect(state.get('conv1.weight')?.data).toEqual(filter.data);
  });
});
