import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/checkpoint/safetensors.js';
import { UserError } from '../../src/errors.js';
import { type FakeIndex, startFakeIndex } from '../engine/install/fake-index.js';
import { useTemporaryCache } from '../engine/install/temporary-cache.js';
import { fixturePath } from '../weights/fixture.js';
import { runHisto } from './run-command.js';

const cache = useTemporaryCache();
const file = 'resnet18-f37072fd.pth';
const path = () => join(cache.folder, 'weights', file);
let server: FakeIndex | null = null;
afterEach(() => server?.close());

describe('histo weights list', () => {
  it('tells what is known of each', async () => {
    const [text = ''] = (await runHisto('weights', 'list')).results;
    const paragraphs = text.split('\n\n').map((paragraph) => paragraph.split('\n'));
    expect(paragraphs.find(([name]) => name === 'torchvision/resnet50.imagenet1k_v1')).toEqual([
      'torchvision/resnet50.imagenet1k_v1',
      '  network  resnet50, stride v1.5, 103 MB, BSD-3-Clause',
      '  input    RGB / 255, mean 0.485 0.456 0.406, std 0.229 0.224 0.225',
      '  sha256   0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a',
      '  source   https://pytorch.org/vision/stable/models.html',
      '  cache    not there',
    ]);
    expect(text).toContain('  network  resnet34, size not known, BSD-3-Clause');
    expect(text).toContain('  sha256   b627a593… (its beginning is known)');
    expect(text).toContain('  md5      4d473c1dd8becc155b73f8504c6f6626');
  });

  it('says what is in the cache, and gives all as JSON', async () => {
    await mkdir(join(cache.folder, 'weights'));
    await writeFile(path(), 'x');
    expect((await runHisto('weights', 'list')).results[0]).toContain(`  cache    ${path()}`);
    const listed = JSON.parse((await runHisto('weights', 'list', '--json')).results[0] ?? '');
    expect(listed).toContainEqual({
      name: 'torchvision/resnet18.imagenet1k_v1',
      arch: 'resnet18',
      stride: null,
      normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      licence: 'BSD-3-Clause',
      file,
      url: `https://download.pytorch.org/models/${file}`,
      size_bytes: 46_830_571,
      algorithm: 'sha256',
      digest: 'f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec',
      source: 'https://pytorch.org/vision/stable/models.html',
      path: path(),
    });
  });
});

describe('histo weights pull', () => {
  it('asks the mirror, and keeps nothing that is not what it should be', async () => {
    server = await startFakeIndex({ wheels: { [file]: Buffer.alloc(46_830_571) } });
    const mirror = server.url.replace('/simple', '/files');
    await expect(
      runHisto('weights', 'pull', 'torchvision/resnet18.imagenet1k_v1', '--mirror', mirror),
    ).rejects.toThrow(
      /^Cannot pull "resnet18-f37072fd\.pth": expected SHA-256 f37072fd47e89c5e\w{48}, got /,
    );
    expect(server.requests).toEqual([`GET /files/${file}`]);
  });

  it.each(['ftp://x', 'x'])('refuses the mirror %s', async (mirror) => {
    await expect(
      runHisto('weights', 'pull', 'timm/resnet50.a1_in1k', '--mirror', mirror),
    ).rejects.toThrow(
      /begins with https:\/\/ or http:\/\/: correct --mirror or HISTO_WEIGHTS_MIRROR/,
    );
  });

  it('refuses an unknown name, and none', async () => {
    await expect(runHisto('weights', 'pull', 'timm/resnet50.a1_in2k')).rejects.toThrow(UserError);
    await expect(runHisto('weights', 'pull')).rejects.toBeInstanceOf(CommanderError);
  });
});

describe('histo weights convert', () => {
  it('writes safetensors that say where the stride is', async () => {
    const out = join(cache.folder, 'out.safetensors');
    const { results } = await runHisto(
      ...['weights', 'convert', fixturePath('zip.pth'), '--out', out, '--stride', 'v1.5'],
    );
    expect(results).toEqual([expect.stringMatching(/^a ResNet of .* from PyTorch, written to /)]);
    expect((await readSafetensors(out)).metadata.get('stride')).toBe('v1.5');
  });

  it('refuses a stride that is none', async () => {
    await expect(
      runHisto('weights', 'convert', 'x', '--out', 'y', '--stride', 'v2'),
    ).rejects.toBeInstanceOf(CommanderError);
  });
});
