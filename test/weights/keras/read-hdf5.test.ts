import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readHdf5 } from '../../../src/weights/keras/read-hdf5.js';
import { fixturePath } from '../fixture.js';

const patient = { signal: new AbortController().signal, timeoutMs: 30_000 };

async function fixture(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(gunzipSync(await readFile(fixturePath('keras-3.h5.gz'))));
}

describe('readHdf5', () => {
  it('reads the arrays with their shapes, and the configuration', async () => {
    const { arrays, modelConfig } = await readHdf5(await fixture(), patient);
    const kernel = arrays.find(({ path }) => path.endsWith('conv1_conv/conv1_conv/kernel'));
    expect(kernel?.shape).toEqual([7, 7, 3, 4]);
    expect(kernel?.data.length).toBe(7 * 7 * 3 * 4);
    expect(JSON.parse(modelConfig ?? '')).toMatchObject({ class_name: 'Functional' });
  });

  it('ends what takes too long', async () => {
    await expect(readHdf5(await fixture(), { ...patient, timeoutMs: 1 })).rejects.toThrow(
      "expected a sound HDF5 file of a ResNet's weights, got one that takes too long to read: download or save it again",
    );
  });

  it('ends when it is interrupted', async () => {
    const reason = new Error('interrupted');
    const interruption = new AbortController();
    const reading = readHdf5(await fixture(), { ...patient, signal: interruption.signal });
    interruption.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });

  it('refuses a file cut short, and one whose arrays claim more than there can be', async () => {
    const whole = await fixture();
    await expect(readHdf5(whole.slice(0, 5000), patient)).rejects.toThrow(
      'got bytes that its reader makes no sense of',
    );
    const shape = Buffer.alloc(32); // of conv1's kernel, as its dataspace has it
    for (const [axis, size] of [7, 7, 3, 4].entries())
      shape.writeBigUInt64LE(BigInt(size), 8 * axis);
    const claiming = await fixture();
    const at = Buffer.from(claiming.buffer).indexOf(shape);
    expect(at).toBeGreaterThan(0);
    Buffer.from(claiming.buffer).writeBigUInt64LE(2n ** 40n, at);
    await expect(readHdf5(claiming, patient)).rejects.toThrow(/^expected a sound HDF5 file/);
  });
});
