import { Presets, SingleBar } from 'cli-progress';
import { printable } from '../printable.js';
import { showBytes } from '../show-bytes.js';
import type { Terminal } from '../terminal.js';

/** Follows one download. */
export interface DownloadProgress {
  /** @param doneBytes All that is there by now, with what an earlier try had left. */
  update(doneBytes: number): void;
  stop(): void;
}

/**
 * A bar with size and time left; a plain line every tenth where standard error is no terminal.
 *
 * @param startBytes What an earlier try had left; it does not count for the speed.
 */
export function downloadProgress(
  terminal: Terminal,
  file: string,
  totalBytes: number | null,
  startBytes: number,
): DownloadProgress {
  const startedMs = performance.now();
  const timeLeft = (done: number) => {
    const elapsedMs = performance.now() - startedMs;
    const speed = (done - startBytes) / elapsedMs; // bytes a millisecond
    return totalBytes === null || speed <= 0 || elapsedMs < 1000 // too early to tell
      ? '?'
      : showSeconds((totalBytes - done) / speed / 1000);
  };
  const size = totalBytes === null ? 'unknown size' : showBytes(totalBytes);
  if (terminal.isInteractive) {
    const format = `${printable(file)} [{bar}] {percentage} % of ${size}, {left} left`;
    const bar = new SingleBar({ format, barsize: 20, clearOnComplete: true }, Presets.legacy);
    bar.start(totalBytes ?? 0, startBytes, { left: '?' });
    return {
      update: (done) => bar.update(done, { left: timeLeft(done) }),
      stop: () => bar.stop(),
    };
  }
  const tenthOf = (done: number) => (totalBytes ? Math.floor((10 * done) / totalBytes) : 0);
  let toldTenth = tenthOf(startBytes);
  terminal.note(`Downloading ${file} (${size})`);
  return {
    update(done) {
      if (tenthOf(done) <= toldTenth) return;
      toldTenth = tenthOf(done);
      terminal.note(`${file}: ${toldTenth * 10} % of ${size}, ${timeLeft(done)} left`);
    },
    stop: () => {},
  };
}

function showSeconds(seconds: number): string {
  return seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
