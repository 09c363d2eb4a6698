import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type * as Fingerprint from '../../../src/check/fingerprint.js';
import { findInstalledEngine } from '../../../src/engine/native/folders.js';
import { InterruptedError } from '../../../src/errors.js';
import { train } from '../../../src/recipes/train/train.js';
import type * as OneCycle from '../../../src/train/one-cycle.js';
import { createTestTerminal } from '../../test-terminal.js';
import { smallRun } from '../fixture.js';

const atStep = vi.hoisted(() => ({ call: (_step: number): void => {} }));
vi.mock('../../../src/train/one-cycle.js', async (original) => {
  const { oneCycle } = await original<typeof OneCycle>();
  const watched: typeof oneCycle = (step, schedule) => {
    atStep.call(step);
    return oneCycle(step, schedule);
  };
  return { oneCycle: watched };
});

const atPatch = vi.hoisted(() => ({ call: (): void => {} }));
vi.mock('../../../src/check/fingerprint.js', async (original) => {
  const { fingerprintPatch, ...others } = await original<typeof Fingerprint>();
  const watched: typeof fingerprintPatch = (...patch) => {
    atPatch.call();
    return fingerprintPatch(...patch);
  };
  return { ...others, fingerprintPatch: watched };
});

const engine = await findInstalledEngine();
const never = new AbortController().signal;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'histo-train-'));
  vi.stubEnv('HISTO_CACHE', join(folder, 'cache'));
  if (engine !== null) vi.stubEnv('HISTO_TENSORFLOW', engine.folder); // as the cache is another
});
afterEach(async () => {
  atStep.call = () => {};
  atPatch.call = () => {};
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const packs = () => readdirSync(join(folder, 'cache', 'patches'));

/** What a run has learnt; its checkpoints say too how patches were kept. */
async function learnt(run: string): Promise<string> {
  const log = await readFile(join(folder, run, 'log.csv'), 'utf8');
  const predictions = await readFile(join(folder, run, 'predictions-valid.csv'), 'utf8');
  return log.replace(/,[^,]*$/gm, '') + predictions; // without the seconds of each epoch
}

/** Trains two epochs of five steps and gives what the log says of the cache. */
async function trainTo(run: string, cache: string, more = {}, signal = never): Promise<string> {
  const terminal = createTestTerminal();
  const options = smallRun(join(folder, run), { epochs: 2, cache });
  await train({ ...options, ...more }, terminal, signal);
  return /^cache +(.*)$/m.exec(terminal.notes.join('\n'))?.[1] ?? '';
}

it('learns the same from the disk, stopped and resumed too, and leaves a pack to the next run', async () => {
  expect(await trainTo('plain', 'off')).toBe('off');

  const stop = new AbortController();
  atStep.call = (step) => {
    if (step === 3) stop.abort(new InterruptedError('SIGINT', 'stop'));
  };
  const stopping = trainTo('stopped', 'disk', {}, stop.signal);
  await expect(stopping).rejects.toThrow(InterruptedError);
  atStep.call = () => {};
  expect(packs()).toHaveLength(1); // all patches were looked at before the first step

  const place = await trainTo('stopped', 'disk', { resume: true });
  expect(place).toMatch(/\.pack$/);
  expect(await learnt('stopped')).toBe(await learnt('plain'));

  expect(packs()).toHaveLength(1);
  expect(await trainTo('next', 'disk')).toMatch(/\.pack$/);
  expect(await learnt('next')).toBe(await learnt('plain'));
});

it('leaves nothing when it is stopped while it looks for leakage', async () => {
  const stop = new AbortController();
  let seen = 0;
  atPatch.call = () => {
    if (++seen !== 20) return;
    expect(packs()).toEqual([expect.stringMatching(/^\.pack/)]);
    stop.abort(new InterruptedError('SIGINT', 'stop'));
  };
  const stopping = trainTo('stopped', 'disk', {}, stop.signal);
  await expect(stopping).rejects.toThrow(InterruptedError);
  expect(seen).toBe(20);
  expect(packs()).toEqual([]);
  expect(readdirSync(join(folder, 'stopped'))).toEqual([]);
});
