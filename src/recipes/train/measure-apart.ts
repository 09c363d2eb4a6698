import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolder } from '../../package-folder.js';
import type { MeasuredStep, StepSetting } from './measure-step.js';

/** What a measurement said, or why the batch does not fit. */
export type Measurement = MeasuredStep | { readonly refusal: string };

// Plain JavaScript over the built modules: this file is TypeScript under the tests. What is out of
// memory says so; anything else that is thrown is a fault, and ends the process with it.
const script = `
const [stepUrl, errorUrl, setting] = process.argv.slice(1);
const { measureStep } = await import(stepUrl);
const { outOfMemoryIn } = await import(errorUrl);
const answer = (result) => process.stdout.write(JSON.stringify(result), () => process.exit());
try {
  answer(await measureStep(JSON.parse(setting)));
} catch (error) {
  const lack = outOfMemoryIn(error);
  if (lack === null) throw error;
  answer({ refusal: lack.reason });
}
`;

/**
 * Measures steps of a batch size in a process of its own, which may be ended for want of memory where
 * this one goes on.
 *
 * @throws {Error} If it fails for another reason.
 * @throws {InterruptedError} If the signal is aborted; the process is ended.
 */
export async function measureApart(
  setting: StepSetting,
  signal: AbortSignal,
): Promise<Measurement> {
  const urls = ['recipes/train/measure-step.js', 'engine/out-of-memory-error.js'].map(
    (module) => pathToFileURL(join(packageFolder, 'dist', 'src', module)).href,
  );
  const words = ['--input-type=module', '--eval', script, '--', ...urls, JSON.stringify(setting)];
  const ended = await new Promise<{ failure: Error | null; stdout: string }>((done) => {
    execFile(process.execPath, words, { signal }, (failure, stdout) => done({ failure, stdout }));
  });
  signal.throwIfAborted();
  if (ended.failure === null) return JSON.parse(ended.stdout) as Measurement;
  const { signal: ending } = ended.failure as { readonly signal?: NodeJS.Signals | null };
  if (ending) return { refusal: `the process was ended by ${ending}` };
  throw new Error(`Cannot measure a step: ${ended.failure.message}`, { cause: ended.failure });
}
