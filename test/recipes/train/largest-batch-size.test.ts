import { describe, expect, it } from 'vitest';
import { InterruptedError, UserError } from '../../../src/errors.js';
import { imageNet } from '../../../src/model/preprocess.js';
import {
  type BatchSizeSearch,
  largestBatchSize,
} from '../../../src/recipes/train/largest-batch-size.js';
import type { Measurement } from '../../../src/recipes/train/measure-apart.js';

const setting = {
  engine: 'native',
  precision: 'float32',
  arch: 'resnet50',
  stride: 'v1.5',
  hiddenUnits: 512,
  dropout: 0.5,
  preprocessing: { cropPx: 49, channels: 'rgb', ...imageNet },
  widthPx: 96,
  heightPx: 96,
} as const;

/** A machine where a process takes 0.5 GB and 7 MB a patch, and an engine that takes so many. */
function machine(freeBytes: number, most = Number.POSITIVE_INFINITY) {
  const measured: number[] = [];
  const notices: string[] = [];
  const search = (changes: Partial<BatchSizeSearch> = {}) => ({
    setting,
    examples: 200_000,
    signal: new AbortController().signal,
    onNotice: (notice: string) => notices.push(notice),
    freeBytes,
    measure: async ({ batchSize }: { batchSize: number }): Promise<Measurement> => {
      measured.push(batchSize);
      if (batchSize > most) return { refusal: 'OOM when allocating tensor' };
      return { peakBytes: peakOf(batchSize), patchesPerSecond: 100 };
    },
    ...changes,
  });
  return { measured, notices, search };
}

function peakOf(batchSize: number): number {
  return 5e8 + 7e6 * batchSize;
}

describe('largestBatchSize', () => {
  // two thirds are 4 GB: 384 patches take 3.19 GB, 512 would take 4.08 GB
  it('is the largest whose peak is within two thirds of the free memory', async () => {
    const { measured, notices, search } = machine(6e9);
    expect(await largestBatchSize(search())).toBe(384);
    expect(measured).toContain(512);
    expect(notices).toHaveLength(measured.length);
    expect(notices).toContain('batch    384 patches: 3.19 GB at the peak, 100 patches a second');
  });

  it.each([0.8e9, 1e9, 2e9, 4e9, 10e9])(
    'tries none that takes more than all of %d bytes',
    async (free) => {
      const { measured, search } = machine(free);
      const found = await largestBatchSize(search());
      expect(measured.every((size) => peakOf(size) <= free)).toBe(true);
      expect(peakOf(found)).toBeLessThanOrEqual((2 / 3) * free);
      expect(peakOf(1.5 * found)).toBeGreaterThan((2 / 3) * free);
    },
  );

  it('is the largest that the engine takes, where that is less', async () => {
    const { notices, search } = machine(24e9, 100);
    expect(await largestBatchSize(search())).toBe(96);
    expect(notices).toContain('batch    128 patches: does not fit: OOM when allocating tensor');
  });

  it('is 1,024 at most, and leaves an epoch ten steps', async () => {
    expect(await largestBatchSize(machine(1e12).search())).toBe(1024);
    expect(await largestBatchSize(machine(1e12).search({ examples: 1000 }))).toBe(96);
    expect(await largestBatchSize(machine(1e12).search({ examples: 5 }))).toBe(2);
  });

  it('goes down to 2, and says so where that does not fit either', async () => {
    expect(await largestBatchSize(machine(24e9, 2).search())).toBe(2);
    const finding = largestBatchSize(machine(24e9, 1).search());
    await expect(finding).rejects.toThrow(UserError);
    await expect(finding).rejects.toThrow(
      'Cannot find a batch size: expected memory for a batch of 2, got 24.00 GB that are free',
    );
  });

  it('measures for real in a process of its own, which an interruption ends', async () => {
    const notices: string[] = [];
    const small = { ...setting, engine: 'wasm', arch: 'resnet14-narrow' } as const;
    const onNotice = (notice: string) => notices.push(notice);
    const never = new AbortController().signal;
    const examples = 20;
    expect(await largestBatchSize({ setting: small, examples, signal: never, onNotice })).toBe(2);
    const [, megabytes, speed] =
      /2 patches: (\d+) MB at the peak, ([\d.]+) p/.exec(notices[0] ?? '') ?? [];
    expect(Number(megabytes)).toBeGreaterThan(60); // Node alone has 40
    expect(Number(speed)).toBeGreaterThan(0);
    const reason = new InterruptedError('SIGINT', 'Stopped by SIGINT');
    const stop = new AbortController();
    const stopped = largestBatchSize({ setting: small, examples, signal: stop.signal, onNotice });
    setTimeout(() => stop.abort(reason), 200);
    await expect(stopped).rejects.toBe(reason);
  });
});
