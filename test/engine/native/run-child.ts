import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { packageFolder } from '../../../src/package-folder.js';

const run = promisify(execFile);

const built = pathToFileURL(join(packageFolder, 'dist', 'src', '/')).href;
const LOAD = `const load = (name) => import(${JSON.stringify(built)} + name);`;

/** What a finished process wrote. */
export interface ChildOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program in a process of its own, over what `npm run build` made.
 *
 * @param program An ES module; `load('engine/choose.js')` imports a module of histo's.
 * @throws {Error} If it crashes or ends with another exit code than 0.
 */
export async function runChild(program: string): Promise<ChildOutput> {
  const source = `${LOAD}\n${program}`;
  const { TF_CPP_MIN_LOG_LEVEL: _, ...env } = process.env; // would be taken for the user's wish
  const options = { cwd: packageFolder, env };
  return run(process.execPath, ['--input-type=module', '--eval', source], options);
}

/** A program for `runChild` that runs another in a worker thread and prints its exit code. */
export function inWorker(program: string): string {
  const source = `${LOAD}\n(async () => { ${program} })();`;
  return `
    const { Worker } = await import('node:worker_threads');
    const thread = new Worker(${JSON.stringify(source)}, { eval: true, execArgv: [] });
    const exitCode = await new Promise((resolve, reject) => {
      thread.on('exit', resolve).on('error', reject);
    });
    process.stdout.write(' exit code ' + exitCode);
  `;
}
