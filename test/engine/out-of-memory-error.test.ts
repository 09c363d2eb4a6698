import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { OutOfMemoryError, outOfMemoryIn } from '../../src/engine/out-of-memory-error.js';
import { startWasm } from '../../src/engine/wasm/start.js';
import { packageFolder } from '../../src/package-folder.js';
import { hasNativeEngine } from '../native-engine.js';

/** For a process that may have 4 GB of addresses, of which TensorFlow's libraries take two. */
const program = `
const load = (name) => import(${JSON.stringify(pathToFileURL(join(packageFolder, 'dist/src/')).href)} + name);
const { outOfMemoryIn } = await load('engine/out-of-memory-error.js');
const { startEngine } = await load('engine/choose.js');
const { silentTerminal } = await load('terminal.js');
const tf = await import('@tensorflow/tfjs-core');
await startEngine('native', silentTerminal);
const told = [];
const attempt = (work) => { try { work(); } catch (error) { told.push(outOfMemoryIn(error)?.reason ?? String(error)); } };
attempt(() => tf.tile(tf.tensor1d([1, 2]), [2 ** 29])); // 4 GiB
attempt(() => new Float32Array(2 ** 30));
attempt(() => told.push(String(tf.sum(tf.ones([1000])).dataSync()[0]))); // the engine goes on
process.stdout.write(JSON.stringify(told));
`;

const prlimit = '/usr/bin/prlimit';

describe('outOfMemoryIn', () => {
  it.skipIf(!hasNativeEngine || !existsSync(prlimit))(
    "knows TensorFlow's refusal, and V8's, in a process with a limit",
    async () => {
      const words = ['--as=4200000000', process.execPath, '--input-type=module', '--eval', program];
      const { stdout } = await promisify(execFile)(prlimit, words, { cwd: packageFolder });
      const [native, array, sum] = JSON.parse(stdout) as string[];
      expect(native).toMatch(/^OOM when allocating tensor with shape\[1073741824\]/);
      expect(array).toBe('Array buffer allocation failed');
      expect(sum).toBe('1000');
    },
  );

  it('is what wasm says when its 4 GiB are full, and it goes on afterwards', async () => {
    await startWasm();
    const backend = tf.backend() as unknown as {
      makeOutput: (shape: readonly number[], dtype: 'float32') => tf.TensorInfo;
      disposeData: (dataId: tf.DataId) => void;
    };
    const made: tf.TensorInfo[] = [];
    const make = () => made.push(backend.makeOutput([3.75e8], 'float32')); // 1.5 GB, untouched
    expect(() => {
      for (let at = 0; at < 3; at++) make();
    }).toThrow(new OutOfMemoryError('WebAssembly has no 1500000000 bytes for a tensor'));
    expect(made).toHaveLength(2);
    for (const { dataId } of made) backend.disposeData(dataId);
    expect(tf.sum(tf.ones([1000])).dataSync()).toEqual(Float32Array.of(1000));
  });

  it("knows wasm's own end, and takes nothing else for it", () => {
    const trap = (message: string) => Object.assign(new Error(message), { name: 'RuntimeError' });
    expect(outOfMemoryIn(trap('memory access out of bounds'))).toBeInstanceOf(OutOfMemoryError);
    expect(outOfMemoryIn(trap('unreachable'))).toBeNull();
    expect(outOfMemoryIn(new RangeError('Invalid array length'))).toBeNull();
    expect(outOfMemoryIn('memory access out of bounds')).toBeNull();
  });
});
