import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from '../terminal.js';

/** Follows work on patches, one after the other. */
export interface ScoringProgress {
  /** @param done Patches done so far. */
  readonly update: (done: number) => void;
  readonly stop: () => void;
}

/**
 * A bar with patches done and time left; nothing where standard error is not a terminal.
 *
 * @param work What is done to them.
 */
export function scoringProgress(
  terminal: Terminal,
  patches: number,
  work = 'scoring',
): ScoringProgress {
  if (!terminal.isInteractive) return { update: () => {}, stop: () => {} };
  const format = `${work} [{bar}] {value}/{total} patches, {eta_formatted} left`;
  const bar = new SingleBar({ format, clearOnComplete: true, barsize: 20 }, Presets.legacy);
  bar.start(patches, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
