import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../src/checkpoint/safetensors.js';
import { UserError } from '../../../src/errors.js';
import { runHisto } from '../../cli/run-command.js';
import { useTemporaryCache } from '../../engine/install/temporary-cache.js';
import { hasShared, sharedPath } from '../../shared-data.js';
import { fixturePath, unzippedFixture } from '../../weights/fixture.js';

const cache = useTemporaryCache();
const name = 'torchvision/resnet18.imagenet1k_v1';
const sums: Readonly<Record<string, string>> = {
  tiny_v1: '99f7d22cef1d59e392f850856177f4c42b2e631374723ffbfd1d2f6a27667d2d', // of sha256sum
};

describe('histo weights verify', () => {
  it.skipIf(!hasShared)('tells what a file says and what it does not', async () => {
    const file = sharedPath('golden', 'tiny_v1.safetensors');
    const { results } = await runHisto('weights', 'verify', file);
    expect(results[0]?.split('\n')).toEqual([
      `file       ${file} (safetensors)`,
      `sha256     ${sums['tiny_v1']}`,
      'registry   does not know this file',
      'network    a ResNet of bottleneck blocks (2, 1, 1, 2), 115 arrays',
      'stride     not told by the file: give --stride when training',
      "input      not told by the file: a training takes ImageNet's mean and deviation",
      expect.stringMatching(
        /^BatchNorm {2}23 layers, variances 0\.5\d+ to 1\.49\d+; 0 batches counted$/,
      ),
      'patch      0000d563d5cfafc4e68acb7c9829258a298d9b6a, whole: the pooled features',
      expect.stringMatching(
        /^ {11}stride v1: mean 0\.31652\d*, deviation 0\.38806\d*, first 2\.1053/,
      ),
      expect.stringMatching(
        /^ {11}stride v1\.5: mean 0\.31573\d*, deviation 0\.3875\d*, first 2\.0533/,
      ),
      'reference  histo has no published figures to hold these against',
      'verdict    sound',
    ]);
  });

  it('gives the same as JSON, also of Keras, which says all', async () => {
    const file = await unzippedFixture('keras-2.h5', cache.folder);
    const { results } = await runHisto('weights', 'verify', file, '--json');
    expect(JSON.parse(results[0] ?? '')).toMatchObject({
      file,
      name: null,
      format: expect.stringContaining('Keras'),
      stride: 'v1',
      normalization: { mean: [123.68 / 255, 116.779 / 255, 103.939 / 255] },
      figures: [{ stride: 'v1' }],
    });
  });

  it('lists all faults, with exit code 2', async () => {
    const file = join(cache.folder, 'faulty.safetensors');
    const { tensors } = await readSafetensors(fixturePath('truth.safetensors'));
    tensors.delete('bn1.bias');
    for (const [key, { data }] of tensors) if (key === 'bn1.running_var') data[2] = -1;
    await writeSafetensors(file, tensors, {});
    await expect(runHisto('weights', 'verify', file)).rejects.toThrow(
      new UserError(
        [
          `Cannot use weights "${file}": expected sound weights of a ResNet, got others; pull, convert or save them again`,
          'expected the arrays of a ResNet of bottleneck blocks (1, 2), got 1 missing: bn1.bias',
          '"bn1.running_var": expected finite variances from 0, got -1 (1 of 4)',
        ].join('\n  '),
      ),
    );
  });

  it('asks for weights of the registry that are not in the cache', async () => {
    await expect(runHisto('weights', 'verify', name)).rejects.toThrow(
      new UserError(
        `Cannot verify weights "${name}": expected "${join(cache.folder, 'weights', 'resnet18-f37072fd.pth')}", got nothing there; run "histo weights pull ${name}"`,
      ),
    );
  });

  it('tells a file in the cache that is not what its name says', async () => {
    const bytes = await readSafetensors(fixturePath('truth.safetensors'));
    const file = join(cache.folder, 'weights', 'resnet18-f37072fd.pth');
    await mkdir(join(cache.folder, 'weights'));
    await writeSafetensors(file, bytes.tensors, {});
    await expect(runHisto('weights', 'verify', name)).rejects.toThrow(
      /\n {2}expected SHA-256 f37072fd[0-9a-f]{56}, got [0-9a-f]{64}$/,
    );
  });

  it('refuses what is neither', async () => {
    await writeFile(join(cache.folder, 'x'), 'x');
    await expect(runHisto('weights', 'verify', join(cache.folder, 'x'))).rejects.toThrow(UserError);
    await expect(runHisto('weights', 'verify', 'timm/resnet50.a1')).rejects.toThrow(
      /^Cannot use weights "timm\/resnet50\.a1": expected a file or a name of "histo weights list", got nothing/,
    );
  });
});
