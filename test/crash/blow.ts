import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RandomStream } from '../../src/rng.js';
import type { HistoProcess } from './histo-process.js';
import { fillDisk } from './small-disk.js';

/** What is done to a run under way. */
export type Blow =
  | { readonly kind: 'SIGKILL'; readonly afterMs: number }
  | { readonly kind: 'SIGKILL while saving'; readonly nth: number; readonly afterMs: number }
  | { readonly kind: 'full disk'; readonly afterMs: number; readonly leftBytes: number }
  | { readonly kind: StopSignal; readonly afterMs: number; readonly againAfterMs: number | null };

export type StopSignal = (typeof stopSignals)[number];
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Draws a blow: two of four are SIGKILL at any moment, one SIGKILL while a file is being written, one a
 * signal that asks to stop, half of these twice.
 *
 * @param likelyMs How long the run is likely to go on.
 */
export function drawBlow(random: RandomStream, likelyMs: number): Blow {
  const kind = random.nextUniform();
  const afterMs = random.nextUniform() * likelyMs;
  if (kind < 0.5) return { kind: 'SIGKILL', afterMs };
  if (kind < 0.75) {
    const nth = 1 + Math.floor(random.nextUniform() * 12);
    return { kind: 'SIGKILL while saving', nth, afterMs: random.nextUniform() * 15 };
  }
  const signal = stopSignals[random.nextUint32() % 3] as StopSignal;
  const isTwice = random.nextUniform() < 0.5;
  return { kind: signal, afterMs, againAfterMs: isTwice ? random.nextUniform() * 100 : null };
}

/**
 * Draws a blow on a disk that can be filled: three of four times it is, else SIGKILL.
 *
 * @param largestBytes The most that it is left with: less than two checkpoints.
 */
export function drawFill(random: RandomStream, likelyMs: number, largestBytes: number): Blow {
  const isFill = random.nextUniform() < 0.75;
  const afterMs = random.nextUniform() * likelyMs;
  const leftBytes = Math.floor(random.nextUniform() ** 2 * largestBytes);
  return isFill ? { kind: 'full disk', afterMs, leftBytes } : { kind: 'SIGKILL', afterMs };
}

/**
 * Strikes.
 *
 * @param cwd Where it runs; the small disk, if it is to be filled.
 * @param folders The run folders, to see files being written.
 * @returns When the (first) signal was sent or the disk filled, by `performance.now()`; null: the run was over before.
 */
export async function strike(
  blow: Blow,
  histo: HistoProcess,
  { cwd, folders }: { readonly cwd: string; readonly folders: readonly string[] },
): Promise<number | null> {
  if (blow.kind === 'SIGKILL while saving') {
    if (!(await seesSaving(blow.nth, histo, folders))) return null;
    await wait(blow.afterMs);
    return histo.kill('SIGKILL') ? performance.now() : null;
  }
  await Promise.race([wait(blow.afterMs), histo.ended]);
  const sentMs = performance.now();
  if (blow.kind === 'full disk') {
    fillDisk(cwd, blow.leftBytes);
    return histo.isOver() ? null : sentMs;
  }
  if (!histo.kill(blow.kind)) return null;
  if (blow.kind !== 'SIGKILL' && blow.againAfterMs !== null) {
    await wait(blow.againAfterMs);
    histo.kill(blow.kind);
  }
  return sentMs;
}

/** Waits until the nth file is being written; false if the run ends before. */
async function seesSaving(
  nth: number,
  histo: HistoProcess,
  folders: readonly string[],
): Promise<boolean> {
  const seen = new Set<string>();
  while (!histo.isOver()) {
    for (const name of folders.flatMap(temporariesIn)) seen.add(name);
    if (seen.size >= nth) return true;
    await wait(1);
  }
  return false;
}

function temporariesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.tmp'));
    return names.map((name) => join(folder, name));
  } catch {
    return []; // not there yet
  }
}
