import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { packageFolder } from '../../../src/package-folder.js';

const run = promisify(execFile);

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
  const built = pathToFileURL(join(packageFolder, 'dist', 'src', '/')).href;
  const source = `const load = (name) => import(${JSON.stringify(built)} + name);\n${program}`;
  return run(process.execPath, ['--input-type=module', '--eval', source], { cwd: packageFolder });
}
