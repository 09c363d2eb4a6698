import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.js';
import { bench } from '../../src/recipes/bench.js';
import { benchText } from '../../src/report/bench-text.js';
import { fixturePatches } from '../fixture-patches.js';
import { createTestTerminal } from '../test-terminal.js';

const small = {
  arch: 'resnet14-narrow',
  batchSize: 4,
  cropPx: 32,
  rounds: 2,
  precision: 'float32',
  engine: 'auto',
  data: null,
} as const;
const never = new AbortController().signal;

describe('bench', () => {
  it('measures each part in the time that it took, and frees every tensor', async () => {
    const startMs = performance.now();
    const report = await bench({ ...small, data: fixturePatches }, createTestTerminal(), never);
    const seconds = (performance.now() - startMs) / 1000;
    // 1 + 3 * 5 steps of 4 patches were done in the whole time at most, and so on.
    expect(report.train_patches_per_second).toBeGreaterThan((10 * 4) / seconds);
    expect(report.inference_patches_per_second).toBeGreaterThan((10 * 4) / seconds);
    expect(report.loader_patches_per_second).toBeGreaterThan(160 / seconds);
    expect(report.recording_seconds).toBeLessThan(seconds);
    expect(report.peak_memory_bytes).toBeGreaterThan(2 ** 26);
    expect(benchText(report)).toContain(`training   ${report.train_patches_per_second} patches/s`);
    const count = tf.memory().numTensors;
    const again = await bench(small, createTestTerminal(), never);
    expect(again.loader_patches_per_second).toBeNull();
    expect(tf.memory().numTensors).toBe(count);
  });

  it('stops when it is interrupted', async () => {
    const interruption = AbortSignal.abort(new InterruptedError('SIGINT', 'stop'));
    await expect(bench(small, createTestTerminal(), interruption)).rejects.toThrow('stop');
  });
});
