import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../../src/checkpoint/checkpoint.js';
import { disturbedState, smallCard } from '../export/small-nets.js';
import { tinyCheckpoint } from '../fuzz/tiny-checkpoint.js';
import { startTestEngine } from '../model/start-test-engine.js';
import { runHisto } from './run-command.js';

let folder = '';
let checkpoint = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-cli-export-'));
  checkpoint = join(folder, 'a.safetensors');
  await startTestEngine();
  const card = smallCard('basic blocks');
  const state = await disturbedState(card.architecture);
  await saveCheckpoint(checkpoint, { ...tinyCheckpoint, card, state });
});
afterAll(() => rm(folder, { recursive: true }));

describe('histo export', () => {
  it('says what it wrote and how far that is from the checkpoint', async () => {
    const out = join(folder, 'a.onnx');
    const { results } = await runHisto('export', checkpoint, '--format', 'onnx', '--out', out);
    expect(results).toEqual([
      expect.stringMatching(
        /^onnx written to .*a\.onnx: on 8 patches its logits differ from the checkpoint's by at most \d\.\de-\d of the largest \(1e-4 is let through\)$/,
      ),
    ]);
  });

  it('says where there is no difference', async () => {
    const out = join(folder, 'b.safetensors');
    const { results } = await runHisto(
      'export',
      checkpoint,
      '--format',
      'safetensors',
      '--out',
      out,
    );
    expect(results).toEqual([
      `safetensors written to ${out}: on 8 patches its logits are those of the checkpoint`,
    ]);
  });

  it('passes its flags on', async () => {
    const flags = ['--bare', '--no-fold', '--force', '--engine', 'auto'];
    const out = join(folder, 'b.safetensors'); // no ONNX
    await runHisto('export', checkpoint, '--format', 'onnx', '--out', out, ...flags);
    const tfjs = ['export', checkpoint, '--format', 'tfjs', '--out', join(folder, 'c')];
    await expect(runHisto(...tfjs, '--bare')).rejects.toThrow(/expected no --bare/);
    await expect(runHisto(...tfjs, '--no-fold')).rejects.toThrow(/expected no --no-fold/);
    await expect(runHisto(...tfjs, '--images', join(folder, 'none'))).rejects.toThrow(
      /Cannot read patches of/,
    );
  });

  it('needs a format that it knows', async () => {
    const start = ['export', checkpoint, '--out', join(folder, 'd')];
    await expect(runHisto(...start)).rejects.toThrow(/--format/);
    await expect(runHisto(...start, '--format', 'pth')).rejects.toThrow(/onnx, saved-model, tfjs/);
  });
});
