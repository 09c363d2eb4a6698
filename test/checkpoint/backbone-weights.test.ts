import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBackboneWeights } from '../../src/checkpoint/backbone-weights.js';
import { writeSafetensors } from '../../src/checkpoint/safetensors.js';
import { UserError } from '../../src/errors.js';
import { hasShared, sharedPath } from '../shared-data.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function weightsWith(metadata: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, 'weights.safetensors');
  const tensors = new Map([
    ['conv1.weight', { shape: [1], data: Float32Array.of(2) }],
    ['bn1.num_batches_tracked', { shape: [], data: BigInt64Array.of(3n) }],
  ]);
  await writeSafetensors(path, tensors, metadata);
  return path;
}

describe('readBackboneWeights', () => {
  it('gives the weights without the counters', async () => {
    const { state } = await readBackboneWeights(await weightsWith({ stride: 'v1' }), null);
    expect([...state]).toEqual([['conv1.weight', { shape: [1], data: Float32Array.of(2) }]]);
  });

  it.each([
    [{ stride: 'v1' }, 'v1'],
    [{ stride: 'v1.5' }, 'v1.5'],
    [{ variant: 'V1.5 (stride 2 in conv2)' }, 'v1.5'],
    [{ variant: 'something', stride: 'v1' }, 'v1'],
  ] as const)('takes the stride from the metadata %j', async (metadata, stride) => {
    expect(await readBackboneWeights(await weightsWith(metadata), null)).toMatchObject({ stride });
    expect(await readBackboneWeights(await weightsWith(metadata), stride)).toMatchObject({
      stride,
    });
  });

  it('takes it from the user where the file says nothing', async () => {
    const path = await weightsWith({ arch: 'resnet50' });
    expect((await readBackboneWeights(path, 'v1')).stride).toBe('v1');
    expect((await readBackboneWeights(path, 'v1.5')).stride).toBe('v1.5');
  });

  it.each([{}, { variant: 'v1.52' }, { variant: 'v10' }, { stride: 'v2' }, { variant: 'd' }])(
    'never guesses: %j',
    async (metadata) => {
      const path = await weightsWith(metadata as Record<string, string>);
      await expect(readBackboneWeights(path, null)).rejects.toThrow(
        new UserError(
          `Cannot use weights "${path}": expected "stride" or "variant" in the metadata to say v1 or v1.5, got neither; give --stride v1 (stride in conv1) or --stride v1.5 (stride in conv2, as torchvision's own files)`,
        ),
      );
    },
  );

  it('refuses a user who contradicts the file', async () => {
    const path = await weightsWith({ variant: 'v1 (conv1)' });
    await expect(readBackboneWeights(path, 'v1.5')).rejects.toThrow(
      new UserError(
        `Cannot use weights "${path}": expected --stride v1, as the file's metadata says, got --stride v1.5; leave --stride out`,
      ),
    );
  });

  it.skipIf(!hasShared)('reads a real, gzipped ResNet-50', async () => {
    const path = sharedPath('weights', 'resnet50-v1-imagenet-int8.safetensors.gz');
    const { state, stride } = await readBackboneWeights(path, null);
    expect(stride).toBe('v1');
    expect(state.get('conv1.weight')?.shape).toEqual([64, 3, 7, 7]);
    expect(state.get('layer4.2.bn3.running_var')?.shape).toEqual([2048]);
    expect([...state.keys()].some((name) => name.endsWith('num_batches_tracked'))).toBe(false);
  });
});
