import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { findInstalledEngine, type InstalledEngine } from '../../../src/engine/native/folders.js';
import { startNative } from '../../../src/engine/native/start.js';
import { silentTerminal } from '../../../src/terminal.js';
import { hasNativeEngine } from '../../native-engine.js';

describe.skipIf(!hasNativeEngine)('startNative', () => {
  const start = async () =>
    startNative((await findInstalledEngine()) as InstalledEngine, silentTerminal);

  it('makes TensorFlow what tfjs computes with, and may be called again', async () => {
    const first = await start();
    expect(first.version).toMatch(/^2\.\d+\.\d+/);
    expect(first.isUsingGpu).toBeTypeOf('boolean');
    expect(tf.getBackend()).toBe('tensorflow');
    expect(await start()).toEqual(first);
    const product = tf.tidy(() => tf.matMul([[1, 2]], [[3], [4]]).arraySync());
    expect(product).toEqual([[11]]);
  });

  it('frees the tensors that tfjs disposes of', async () => {
    await start();
    const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
    const before = binding.getNumOfTensors();
    tf.tidy(() => tf.sum(tf.square(tf.ones([100]))).dataSync());
    expect(binding.getNumOfTensors()).toBe(before);
  });

  it('refuses a second TensorFlow in the process', async () => {
    await start();
    const other = { library: '/elsewhere/libtensorflow_cc.so.2', framework: '/elsewhere/f.so.2' };
    await expect(startNative(other, silentTerminal)).rejects.toThrow(
      /^Cannot open "\/elsewhere\/libtensorflow_cc.so.2": expected one TensorFlow in a process, got/,
    );
  });
});
