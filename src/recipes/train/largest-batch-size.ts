import { UserError } from '../../errors.js';
import { freeMemory } from '../../free-memory.js';
import { showBytes } from '../../show-bytes.js';
import { type Measurement, measureApart } from './measure-apart.js';
import type { StepSetting } from './measure-step.js';

const largest = 1024; // beyond it a step is no faster a patch, and an epoch has few updates
const leastSteps = 10; // that an epoch keeps, where it has 20 patches or more
const share = 2 / 3; // of what is free: a quarter may go to patches that are kept decoded
const firstSize = 16;
const furthest = 4; // places in the list of sizes: four times the size

/** What decides a batch size. */
export interface BatchSizeSearch {
  /** Of the steps, all but their size. */
  readonly setting: Omit<StepSetting, 'batchSize'>;
  /** How many patches an epoch has. */
  readonly examples: number;
  readonly signal: AbortSignal;
  /** Told of each size that was measured. */
  readonly onNotice: (notice: string) => void;
  /** Default: what this process may still take. */
  readonly freeBytes?: number;
  /** Default: in a process of its own. */
  readonly measure?: (setting: StepSetting, signal: AbortSignal) => Promise<Measurement>;
}

/**
 * The largest batch size of 2, 3, 4, 6, 8, 12, … 1,024 that fits, as real steps of it show: the engine
 * takes it, and at its peak the process has two thirds of the free memory at most. An epoch keeps ten
 * steps. A size that would take more than is free, going by smaller ones, is not tried.
 *
 * @throws {UserError} If not even the smallest fits.
 * @throws {InterruptedError} If the signal is aborted; nothing is left running.
 */
export async function largestBatchSize(search: BatchSizeSearch): Promise<number> {
  const { setting, examples, signal, onNotice, measure = measureApart } = search;
  const { freeBytes = freeMemory() } = search;
  const sizes = sizesTo(Math.max(2, Math.min(largest, Math.floor(examples / leastSteps))));
  const peaks: Peak[] = [];
  let [fitting, failing] = [-1, sizes.length];
  let isRefused = false;
  while (failing - fitting > 1) {
    const wanted = isRefused ? (fitting + failing) >> 1 : likelyPlace(sizes, peaks, freeBytes);
    const place = Math.max(fitting + 1, Math.min(wanted, fitting + furthest, failing - 1));
    const batchSize = sizes[place] as number;
    if (expectedBytes(peaks, batchSize) > freeBytes) {
      failing = place;
      continue;
    }
    const measured = await measure({ ...setting, batchSize }, signal);
    onNotice(`batch    ${batchSize} patches: ${textOf(measured)}`);
    isRefused = 'refusal' in measured;
    if (!('refusal' in measured)) peaks.push({ batchSize, bytes: measured.peakBytes });
    if (!('refusal' in measured) && measured.peakBytes <= share * freeBytes) fitting = place;
    else failing = place;
  }
  const found = sizes[fitting];
  if (found !== undefined) return found;
  throw new UserError(
    `Cannot find a batch size: expected memory for a batch of ${sizes[0]}, got ${showBytes(freeBytes)} that are free; free some, or take a smaller --crop or --arch`,
  );
}

interface Peak {
  readonly batchSize: number;
  readonly bytes: number;
}

/** Powers of two, and those halfway to the next. */
function sizesTo(limit: number): number[] {
  const powers = Array.from({ length: 10 }, (_, at) => 2 ** (at + 1));
  return powers.flatMap((power) => [power, 1.5 * power]).filter((size) => size <= limit);
}

/** Where the largest size that fits should be; at first a small one, then twice that. */
function likelyPlace(sizes: readonly number[], peaks: readonly Peak[], freeBytes: number): number {
  if (peaks.length < 2) {
    const start = firstSize * (1 + peaks.length);
    return sizes.findLastIndex((size) => size <= start);
  }
  return sizes.findLastIndex((size) => expectedBytes(peaks, size) <= share * freeBytes);
}

/** The peak of a size, on the line through the largest two that were measured; 0 if there are no two. */
function expectedBytes(peaks: readonly Peak[], batchSize: number): number {
  const [last, before] = peaks.toSorted((one, other) => other.batchSize - one.batchSize);
  if (last === undefined || before === undefined) return 0;
  const slope = (last.bytes - before.bytes) / (last.batchSize - before.batchSize);
  return last.bytes + Math.max(0, slope) * (batchSize - last.batchSize);
}

function textOf(measured: Measurement): string {
  if ('refusal' in measured) return `does not fit: ${measured.refusal}`;
  const { peakBytes, patchesPerSecond } = measured;
  return `${showBytes(peakBytes)} at the peak, ${patchesPerSecond} patches a second`;
}
