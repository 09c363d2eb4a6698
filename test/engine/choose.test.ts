import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineText, startEngine, startScoringEngine } from '../../src/engine/choose.js';
import { UserError } from '../../src/errors.js';
import { hasNativeEngine } from '../native-engine.js';
import { createTestTerminal } from '../test-terminal.js';

/** The gradient of x^2 at 3 is 6. */
const slopeAt3 = () =>
  tf.tidy(
    () =>
      tf
        .grad((x) => tf.square(x))(tf.scalar(3))
        .dataSync()[0],
  );

describe('startEngine where no engine is installed', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'histo-choose-'));
    vi.stubEnv('HISTO_CACHE', folder);
    vi.stubEnv('HISTO_TENSORFLOW', '');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it('refuses "native", naming the remedy', async () => {
    const started = startEngine('native', createTestTerminal());
    await expect(started).rejects.toThrow(UserError);
    await expect(started).rejects.toThrow(
      'Cannot start engine "native": expected an installed TensorFlow, got none: run "histo engine install"',
    );
  });

  it('takes wasm with "auto", with one note of how much slower it is', async () => {
    const terminal = createTestTerminal();
    const engine = await startEngine('auto', terminal);
    expect(engine).toEqual({ name: 'wasm', device: 'CPU', version: 'tfjs wasm 4.22.0' });
    expect(terminal.notes).toHaveLength(1);
    expect(terminal.notes[0]).toMatch(/wasm.* times slower.*"histo engine install"/);
    expect(tf.getBackend()).toBe('wasm');
    expect(slopeAt3()).toBe(6);
  });

  it('takes wasm without a word when it was asked for', async () => {
    const terminal = createTestTerminal();
    expect(await startEngine('wasm', terminal)).toMatchObject({ name: 'wasm' });
    expect(terminal.notes).toEqual([]);
  });

  it('refuses a folder of the user without TensorFlow in it', async () => {
    vi.stubEnv('HISTO_TENSORFLOW', folder);
    await expect(startEngine('auto', createTestTerminal())).rejects.toThrow(UserError);
  });
});

describe('startScoringEngine where no engine is installed', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'histo-choose-'));
    vi.stubEnv('HISTO_CACHE', folder);
    vi.stubEnv('HISTO_TENSORFLOW', '');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.doUnmock('onnxruntime-node');
    await rm(folder, { recursive: true });
  });

  it('takes ONNX Runtime with "auto", with one note', async () => {
    const terminal = createTestTerminal();
    const engine = await startScoringEngine('auto', terminal);
    expect(engineText(engine)).toMatch(/^onnx \(ONNX Runtime \d+\.\d+\.\d+, CPU\)$/);
    expect(terminal.notes).toEqual([
      expect.stringMatching(/^Engine: onnx, as no native one .*"histo engine install"/),
    ]);
  });

  it('takes ONNX Runtime without a word when it was asked for', async () => {
    const terminal = createTestTerminal();
    expect(await startScoringEngine('onnx', terminal)).toMatchObject({ name: 'onnx' });
    expect(terminal.notes).toEqual([]);
  });

  it('takes wasm where ONNX Runtime is missing too, and refuses "onnx" there', async () => {
    vi.doMock('onnxruntime-node', () => {
      throw new Error('no binary for this machine');
    });
    const terminal = createTestTerminal();
    expect(await startScoringEngine('auto', terminal)).toMatchObject({ name: 'wasm' });
    expect(terminal.notes).toEqual([expect.stringMatching(/^Engine: wasm/)]);
    const started = startScoringEngine('onnx', terminal);
    await expect(started).rejects.toThrow(UserError);
    await expect(started).rejects.toThrow('Cannot start ONNX Runtime: expected its package');
  });

  it('takes wasm and "native" as training does', async () => {
    expect(await startScoringEngine('wasm', createTestTerminal())).toMatchObject({ name: 'wasm' });
    await expect(startScoringEngine('native', createTestTerminal())).rejects.toThrow(
      'Cannot start engine "native"',
    );
  });
});

describe.skipIf(!hasNativeEngine)('startEngine where an engine is installed', () => {
  it.each(['native', 'auto'] as const)('takes it with "%s", without a word', async (choice) => {
    const terminal = createTestTerminal();
    const engine = await startEngine(choice, terminal);
    expect(engine.name).toBe('native');
    expect(engine.version).toMatch(/^TensorFlow 2\.\d+\.\d+/);
    expect(['CPU', 'CUDA']).toContain(engine.device);
    expect(terminal.notes).toEqual([]);
    expect(tf.getBackend()).toBe('tensorflow');
    expect(slopeAt3()).toBe(6);
  });

  it('scores with it with "auto"', async () => {
    const terminal = createTestTerminal();
    expect(await startScoringEngine('auto', terminal)).toMatchObject({ name: 'native' });
    expect(terminal.notes).toEqual([]);
  });

  it('leaves it for wasm when that is asked for', async () => {
    expect((await startEngine('wasm', createTestTerminal())).name).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
  });
});
