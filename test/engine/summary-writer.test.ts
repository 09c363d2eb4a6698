import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../src/engine/choose.js';
import type { NodeJSKernelBackend } from '../../src/engine/native/tfjs-node-backend.js';
import { openSummaryWriter } from '../../src/engine/summary-writer.js';
import { UserError } from '../../src/errors.js';
import { silentTerminal } from '../../src/terminal.js';
import { hasNativeEngine } from '../native-engine.js';
import { crc32c, readEvents } from './read-events.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-events-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('the reader of these tests knows CRC-32C: the check value of its standard', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

describe.skipIf(!hasNativeEngine)('openSummaryWriter', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine('native', silentTerminal);
  });
  const tensors = () => (tf.backend() as NodeJSKernelBackend).binding.getNumOfTensors();

  it('writes what TensorBoard reads, with the time of each step', async () => {
    const events = join(folder, 'a folder with a long name', 'fold-1');
    const before = Date.now() / 1000;
    const writer = openSummaryWriter(events, engine, 1);
    const small = { loss: 0.5, 'step/learning_rate, a long tag of 40 letters': 1e-8 };
    writer.write(1, small);
    writer.write(5_000_000_000, { loss: 1 / 3 });
    writer.close();
    const [version, start, first, second, ...others] = await readEvents(events);
    expect(version).toMatchObject({ fileVersion: 'brain.Event:2', scalars: {} });
    expect(start).toMatchObject({ step: 1, status: 1, scalars: {} });
    expect(first).toMatchObject({ step: 1, status: null });
    expect(first?.scalars).toEqual({
      ...small,
      [Object.keys(small)[1] as string]: Math.fround(1e-8),
    });
    expect(second).toMatchObject({ step: 5e9, scalars: { loss: Math.fround(1 / 3) } });
    expect(others).toEqual([]);
    expect(first?.seconds).toBeGreaterThanOrEqual(before);
    expect(second?.seconds).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it('writes when it is told, before it is closed', async () => {
    const writer = openSummaryWriter(folder, engine, 1);
    writer.write(1, { loss: 2 });
    writer.flush();
    expect((await readEvents(folder)).at(-1)?.scalars).toEqual({ loss: 2 });
    writer.close();
  });

  it('gives each opening a file of its own', async () => {
    for (const firstStep of [1, 8]) {
      const writer = openSummaryWriter(folder, engine, firstStep);
      writer.write(firstStep, { loss: firstStep });
      writer.close();
    }
    expect(await readdir(folder)).toHaveLength(2);
    const starts = (await readEvents(folder)).filter(({ status }) => status === 1);
    expect(starts.map(({ step }) => step)).toEqual([1, 8]);
  });

  it('leaves no tensor behind', () => {
    const count = tensors();
    const writer = openSummaryWriter(folder, engine, 1);
    for (let step = 1; step <= 100; step++) writer.write(step, { loss: step });
    writer.flush();
    writer.close();
    expect(tensors()).toBe(count);
  });

  it('says that a folder cannot be made', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const count = tensors();
    const opening = () => openSummaryWriter(join(file, 'events'), engine, 1);
    expect(opening).toThrow(UserError);
    expect(opening).toThrow(
      /^Cannot write TensorBoard's events: expected a folder ".*events" that/,
    );
    expect(tensors()).toBe(count);
  });
});

it('is refused on wasm', () => {
  const engine = { name: 'wasm', device: 'CPU', version: 'tfjs wasm 4.22.0' } as const;
  expect(() => openSummaryWriter(folder, engine, 1)).toThrow(
    new UserError(
      'Cannot write TensorBoard\'s events: expected the native engine, got wasm: run "histo engine install", or leave --tensorboard out',
    ),
  );
});
