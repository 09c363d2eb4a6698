import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readBatches } from '../../src/data/batches.js';
import { readLabels } from '../../src/data/labels.js';
import type * as ReadPatch from '../../src/data/read-patch.js';
import { fixturePatches } from '../fixture-patches.js';
import { contentsOf } from './batch-contents.js';
import { batchOptions as options } from './batch-options.js';

/** Stands between the loader and readPatch: counts reads, makes some slow, lets one fail. */
const reads = vi.hoisted(() => ({
  running: 0,
  started: 0,
  delayMs: (_read: number): number => 0,
  failing: '',
}));

vi.mock('../../src/data/read-patch.js', async (importOriginal) => {
  const original = await importOriginal<typeof ReadPatch>();
  const readPatch: typeof original.readPatch = async (path, signal) => {
    reads.running++;
    const delayMs = reads.delayMs(reads.started++);
    try {
      await sleep(delayMs);
      if (path === reads.failing) throw new Error(`broken ${path}`);
      return await original.readPatch(path, signal);
    } finally {
      reads.running--;
    }
  };
  return { ...original, readPatch };
});

const patches = await readLabels({ ...fixturePatches, groupColumn: null, limit: null });

beforeEach(() => {
  Object.assign(reads, { running: 0, started: 0, delayMs: () => 0, failing: '' });
});

describe('readBatches', () => {
  it('gives the same batches whichever file comes first', async () => {
    const speeds = [() => 0, (read: number) => (read * 7) % 11, (read: number) => 12 - (read % 13)];
    const runs: unknown[][] = [];
    for (const delayMs of speeds) {
      reads.delayMs = delayMs;
      runs.push(await contentsOf(readBatches(patches, options)));
    }
    expect(runs[0]).toHaveLength(20);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });

  it('reads four batches ahead and no more', async () => {
    let done = 0;
    for await (const _ of readBatches(patches, options)) {
      await sleep(5);
      done++;
      // one read more: the patch whose size all must have
      expect(reads.started).toBeLessThanOrEqual((done + 3) * 8 + 1);
    }
    expect(done).toBe(20);
  });

  it('leaves nothing running after a break', async () => {
    reads.delayMs = () => 3;
    for await (const _ of readBatches(patches, options)) break;
    await expectStopped();
  });

  it('leaves nothing running after an error of the taker', async () => {
    reads.delayMs = () => 3;
    const taking = async () => {
      for await (const _ of readBatches(patches, options)) throw new Error('taker');
    };
    await expect(taking()).rejects.toThrow('taker');
    await expectStopped();
  });

  it('leaves nothing running after a patch that fails', async () => {
    reads.delayMs = (read) => read % 5;
    reads.failing = patches[20]?.path ?? '';
    let size = 0;
    const taking = async () => {
      for await (const batch of readBatches(patches, { ...options, shuffle: false })) {
        size += batch.size;
      }
    };
    await expect(taking()).rejects.toThrow(`broken ${reads.failing}`);
    expect(size).toBe(16); // the batches before it came
    await expectStopped();
  });

  it('leaves nothing running after an abort, and throws its reason', async () => {
    reads.delayMs = () => 3;
    const interruption = new AbortController();
    const reason = new Error('stop');
    let count = 0;
    const taking = async () => {
      for await (const _ of readBatches(patches, { ...options, signal: interruption.signal })) {
        if (++count === 2) interruption.abort(reason);
      }
    };
    await expect(taking()).rejects.toBe(reason);
    expect(count).toBe(2);
    await expectStopped();
  });

  it('throws the reason of an abort that comes while it waits for files', async () => {
    reads.delayMs = () => 30;
    const interruption = new AbortController();
    const reason = new Error('stop');
    setTimeout(() => interruption.abort(reason), 40);
    const taking = async () => {
      for await (const _ of readBatches(patches, { ...options, signal: interruption.signal }));
    };
    await expect(taking()).rejects.toBe(reason);
    await expectStopped();
  });

  it('does not begin once aborted', async () => {
    const reason = new Error('stop');
    const batches = readBatches(patches, { ...options, signal: AbortSignal.abort(reason) });
    await expect(batches.next()).rejects.toBe(reason);
    expect(reads.started).toBe(0);
  });
});

async function expectStopped() {
  expect(reads.running).toBe(0);
  const { started } = reads;
  expect(started).toBeLessThan(160);
  await sleep(20);
  expect(reads.started).toBe(started);
}
