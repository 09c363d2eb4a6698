import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageFolder } from '../src/package-folder.js';

/** How a command ended and what it said. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the built histo, as `npm test` has built it, in a process of its own.
 *
 * @param onNote Called with what it has said on standard error so far, each time it says more.
 */
export function runHisto(
  parameters: readonly string[],
  onNote: (child: ChildProcess, said: string) => void = () => {},
): Promise<Finished> {
  const child = spawn(process.execPath, [join(packageFolder, 'dist/bin/histo.js'), ...parameters]);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onNote(child, stderr);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
