import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageFolder } from '../../src/package-folder.js';

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number | null;
  /** What ended it, where it did not exit itself. */
  readonly signal: NodeJS.Signals | null;
  /** On standard error. */
  readonly said: string;
  readonly seconds: number;
}

/** A built histo under way, in a process group of its own. */
export interface HistoProcess {
  readonly ended: Promise<Ended>;
  readonly isOver: () => boolean;
  /** What it has said on standard error so far. */
  readonly said: () => string;
  /** Sends a signal to its whole group, as a terminal does. @returns False if it was over. */
  readonly kill: (signal: NodeJS.Signals) => boolean;
}

/**
 * Starts the built histo in a folder.
 *
 * @param through A command that runs the command behind it, such as strace.
 */
export function startHisto(
  parameters: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
  through: readonly string[] = [],
): HistoProcess {
  const startedMs = performance.now();
  const histo = join(packageFolder, 'dist/bin/histo.js');
  const [program = '', ...rest] = [...through, process.execPath, histo, ...parameters];
  const child = spawn(program, rest, { cwd, env, detached: true });
  let said = '';
  let isOver = false;
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.once('exit', () => {
    isOver = true;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, said, seconds: (performance.now() - startedMs) / 1000 });
    });
  });
  const kill = (signal: NodeJS.Signals) => {
    if (isOver || child.pid === undefined) return false;
    try {
      return process.kill(-child.pid, signal);
    } catch {
      return false; // has just ended
    }
  };
  return { ended, isOver: () => isOver, said: () => said, kill };
}
