import type { TestProject } from 'vitest/node';
import { installEngine } from '../src/engine/install/install.js';
import { findInstalledEngine } from '../src/engine/native/folders.js';
import { messageOf } from '../src/errors.js';
import type { Terminal } from '../src/terminal.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** See test/native-engine.ts. */
    readonly nativeEngineFault: string | null;
  }
}

const terminal: Terminal = {
  result: (text) => process.stderr.write(`${text}\n`),
  note: (text) => process.stderr.write(`${text}\n`),
  isInteractive: false,
  drawsResults: false,
  isVerbose: false,
};

/**
 * Vitest's global set-up: installs the CPU engine where none is installed, into the usual cache.
 * Where that cannot be done the tests that need it are skipped; under CI it is a failure.
 */
export async function setup(project: TestProject): Promise<void> {
  let fault: string | null = null;
  try {
    if ((await findInstalledEngine()) === null) {
      terminal.note(
        'The tests need the native engine: installing it as "histo engine install" does',
      );
      await installEngine({ build: 'cpu', version: null, from: null }, terminal);
    }
  } catch (error) {
    const { CI } = process.env;
    if (CI !== undefined && CI !== '' && CI !== 'false') throw error;
    fault = messageOf(error);
    terminal.note(`Tests of the native engine are SKIPPED, since it is not there: ${fault}`);
  }
  project.provide('nativeEngineFault', fault);
}
