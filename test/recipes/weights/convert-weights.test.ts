import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../src/checkpoint/safetensors.js';
import { UserError } from '../../../src/errors.js';
import type { Stride } from '../../../src/model/architecture.js';
import { packageFolder } from '../../../src/package-folder.js';
import { convertWeights, type KnownWeights } from '../../../src/recipes/weights/convert-weights.js';
import { readWeightsFile } from '../../../src/weights/read-weights-file.js';
import { pythonWith } from '../../python-with.js';
import { createTestTerminal } from '../../test-terminal.js';
import { fixturePath, unzippedFixture } from '../../weights/fixture.js';

const run = promisify(execFile);
const never = new AbortController().signal;
const python = pythonWith('torch', 'safetensors');

let folder = '';
let out = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-convert-'));
  out = join(folder, 'out.safetensors');
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => rm(out, { force: true }));

async function convert(
  file: string,
  stride: Stride | null,
  options: { known?: KnownWeights; signal?: AbortSignal } = {},
) {
  const terminal = createTestTerminal();
  const known = () => options.known ?? null;
  const signal = options.signal ?? never;
  await convertWeights({ file, out, stride, known }, terminal, signal);
  return terminal;
}

describe('convertWeights', () => {
  it('writes what a training reads, with the stride that the user gave', async () => {
    const terminal = await convert(fixturePath('checkpoint.pth'), 'v1.5');
    expect(terminal.results).toEqual([
      `a ResNet of bottleneck blocks (1, 2; width 4), stride v1.5, 62 arrays from PyTorch, written to ${out}`,
    ]);
    expect(terminal.notes).toEqual([
      'The weights are those under "state_dict"',
      'Left out, as no backbone has them: "module_ema.decay"',
      "The file does not say what patches are normalised by: a training takes ImageNet's mean and deviation",
    ]);
    const { stride, normalization, state } = await readWeightsFile(out, null, never);
    expect({ stride, normalization }).toEqual({ stride: 'v1.5', normalization: null });
    const truth = await readSafetensors(fixturePath('truth.safetensors'));
    expect(state.get('layer2.1.conv2.weight')?.data).toEqual(
      truth.tensors.get('layer2.1.conv2.weight')?.data,
    );
  });

  it("keeps Keras' stride and normalisation, and asks for nothing", async () => {
    await convert(await unzippedFixture('keras-3.keras', folder), null);
    const { stride, normalization } = await readWeightsFile(out, null, never);
    expect(stride).toBe('v1');
    expect(normalization?.mean[0]).toBeCloseTo(123.68 / 255, 12);
    expect(normalization?.std).toEqual([1 / 255, 1 / 255, 1 / 255]);
  });

  it('takes from the registry what the file does not say', async () => {
    const normalization = { mean: [0, 0, 0], std: [1, 1, 1] };
    const known = {
      stride: 'v1.5',
      normalization,
      licence: 'CC0-1.0',
      source: 'https://x',
    } as const;
    await convert(fixturePath('zip.pth'), null, { known });
    expect(await readWeightsFile(out, null, never)).toMatchObject({
      stride: 'v1.5',
      normalization,
    });
    const { metadata } = await readSafetensors(out);
    expect(metadata.get('licence')).toBe('CC0-1.0');
    expect(metadata.get('source')).toBe('https://x');
    expect(metadata.get('source_sha256')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('never guesses a stride', async () => {
    const file = fixturePath('zip.pth');
    await expect(convert(file, null)).rejects.toThrow(
      new UserError(
        `Cannot convert "${file}": expected the file to say where its bottlenecks have their stride, got nothing of it; give --stride v1 (in conv1, as Caffe and Keras) or --stride v1.5 (in conv2, as torchvision, timm and transformers)`,
      ),
    );
    expect(existsSync(out)).toBe(false);
  });

  it('refuses a user who contradicts the file', async () => {
    const file = await unzippedFixture('keras-3.h5', folder);
    await expect(convert(file, 'v1.5')).rejects.toThrow(
      `Cannot convert "${file}": expected --stride v1, as it is known of this file, got --stride v1.5; leave --stride out`,
    );
  });

  it('leaves no file behind when it is interrupted', async () => {
    const reason = new Error('interrupted');
    const signal = AbortSignal.abort(reason);
    await expect(convert(fixturePath('zip.pth'), 'v1', { signal })).rejects.toBe(reason);
    expect((await readdir(folder)).filter((name) => name.includes('out.safetensors'))).toEqual([]);
  });

  it
    .skipIf(python === null)
    .each(['zip.pth', 'legacy.pth', 'strided.pth', 'checkpoint.pth', 'float16.pth', 'float64.pth'])(
    'gives PyTorch back what PyTorch saved, bit for bit: %s',
    async (name) => {
      await convert(fixturePath(name), 'v1.5');
      const script = join(packageFolder, 'test', 'recipes', 'weights', 'compare-with-torch.py');
      const { stdout } = await run(python as string, [script, fixturePath(name), out]);
      expect(stdout.trim()).toBe('74 equal tensors');
    },
  );
});
