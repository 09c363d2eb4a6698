import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, type SafetensorsFile } from '../../src/checkpoint/safetensors.js';
import { zipBytes } from '../engine/install/zip-bytes.js';
import { fixturePath, readWeights, refusalOf } from './fixture.js';

let folder = '';
let truth: SafetensorsFile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-foreign-'));
  truth = await readSafetensors(fixturePath('truth.safetensors'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readForeignWeights', () => {
  it.each([
    'zip.pth',
    'legacy.pth',
    'protocol-4.pth',
    'strided.pth',
    'strided-legacy.pth',
    'float64.pth',
    'checkpoint.pth',
    'truth.safetensors',
  ])('gives the tensors that PyTorch saved, bit for bit: %s', async (name) => {
    const { state, counters } = await readWeights(fixturePath(name));
    const all = new Map([...state, ...counters]);
    expect([...all.keys()].sort()).toEqual([...truth.tensors.keys()].sort());
    for (const [key, { shape, data }] of truth.tensors) {
      expect(all.get(key), key).toMatchObject({ shape, data });
    }
  });

  it.each([
    ['float16.pth', 2 ** -11], // half a unit in the last place of 11 bits
    ['bfloat16.pth', 2 ** -8],
  ])('widens %s', async (name, error) => {
    const { state } = await readWeights(fixturePath(name));
    for (const [key, { data }] of state) {
      const wanted = truth.tensors.get(key)?.data as Float32Array;
      for (const [at, value] of data.entries()) {
        const expected = wanted[at] as number;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(
          error * Math.abs(expected) + 2 ** -25,
        );
      }
    }
  });

  it('tells the architecture, what it left out and where it found the weights', async () => {
    expect(await readWeights(fixturePath('checkpoint.pth'))).toMatchObject({
      format: 'PyTorch',
      backbone: { name: null, width: 4, block: 'bottleneck', blocks: [1, 2] },
      leftOut: ['module_ema.decay'],
      place: 'under "state_dict"',
      stride: null,
      normalization: null,
    });
  });

  it.each([
    ['os-system.pth', 'posix.system'],
    ['eval.pth', '__builtin__.eval'],
    ['exec-legacy.pth', '__builtin__.exec'],
    ['module.pth', 'torch.nn.modules.container.Sequential'],
  ])('refuses the code in %s by its name', async (name, code) => {
    const path = fixturePath(name);
    expect(await refusalOf(path)).toBe(
      `UserError: Cannot read "${path}": expected tensors, numbers, text, lists and dictionaries alone, got "${code}", which is code to be run: save model.state_dict() in PyTorch and convert that file`,
    );
    expect(existsSync('ran')).toBe(false); // what the planted command would leave
  });

  it.each(['zip.pth', 'legacy.pth', 'truth.safetensors'])('refuses %s cut short', async (name) => {
    const path = join(folder, name);
    await writeFile(path, await readFile(fixturePath(name)));
    await truncate(path, 20_000);
    expect(await refusalOf(path)).toMatch(/^UserError: Cannot read ".*": expected /);
  });

  it.each([
    ['a zip file of something else', zipBytes([{ name: 'a.txt', data: 'a' }])],
    ['a pickle of something else', Buffer.from('\x80\x02K\x01.', 'latin1')],
    ['JSON of something else', Buffer.from('{"a":1}')],
    ['text', Buffer.from('weights')],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', async (_, bytes) => {
    const path = join(folder, 'other');
    await writeFile(path, bytes);
    expect(await refusalOf(path)).toMatch(/^UserError: Cannot read ".*other": expected .+, got /);
  });

  it.each([
    ['an ONNX file', Buffer.from('\x08\x08\x12\x05histo', 'latin1'), 'another kind of file'],
    ['an empty one', Buffer.alloc(0), 'an empty file'],
  ])('names the kinds that it reads to who gives it %s', async (_, bytes, got) => {
    const path = join(folder, 'other');
    await writeFile(path, bytes);
    expect(await refusalOf(path)).toBe(
      `UserError: Cannot read "${path}": expected weights as safetensors, as .pth of PyTorch, as .h5 or .keras of Keras, or as model.json of tfjs, got ${got}: save the weights as one of these where they are from`,
    );
  });

  it('refuses a path with nothing there', async () => {
    expect(await refusalOf(join(folder, 'none'))).toContain('got nothing at this path');
  });
});
