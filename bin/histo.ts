#!/usr/bin/env node
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';
import { exitCodeOf, explain } from '../src/cli/exit.js';
import { createProgram } from '../src/cli/program.js';
import { InterruptedError, UserError } from '../src/errors.js';
import { printable } from '../src/printable.js';
import type { Terminal } from '../src/terminal.js';

const flags = { quiet: false, verbose: false, debug: false };

const terminal: Terminal = {
  result: (text) => process.stdout.write(`${printable(text)}\n`),
  note: (text) => flags.quiet || process.stderr.write(`${printable(text)}\n`),
  get isInteractive() {
    return process.stderr.isTTY === true && !flags.quiet;
  },
  get drawsResults() {
    return process.stdout.isTTY === true;
  },
  get isVerbose() {
    return flags.verbose;
  },
};

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const error = new InterruptedError(signal, `Stopped by ${signal}`);
    if (!interruption.signal.aborted) {
      terminal.note(`${signal}: stopping (again to stop at once)`);
      interruption.abort(error);
    } else if (signal !== 'SIGHUP') {
      process.exit(exitCodeOf(error)); // not for SIGHUP: one closed terminal may send it twice
    }
  });
}
const terminals = [0, 1, 2].filter(isatty);
process.on('exit', () => {
  const gone = terminals.filter((descriptor) => !isatty(descriptor)); // its window was closed
  for (const descriptor of gone) {
    closeSync(descriptor); // Node, at its end, aborts on a terminal that is gone
    openSync(devNull, 'r+'); // takes the same number
  }
});
process.stderr.on('error', () => {}); // nobody reads the notes any more: go on without them
let isOutputLost = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return; // the reader, such as head, has seen enough
  if (isOutputLost) return; // has been said
  isOutputLost = true;
  const text = `Cannot write to standard output: ${error.message}; send it elsewhere`;
  fail(new UserError(text, { cause: error }));
});

const program = createProgram(terminal, interruption.signal);
program.hook('preAction', (_, command) => {
  const { quiet, verbose, debug } = command.optsWithGlobals<Partial<typeof flags>>();
  Object.assign(flags, { quiet: quiet === true, verbose: verbose === true, debug: debug === true });
});
try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}

/** Says why the command failed; the first failure decides the exit code. */
function fail(error: unknown): void {
  const text = explain(error, flags.debug);
  if (text !== '') process.stderr.write(`${printable(text)}\n`);
  process.exitCode ||= exitCodeOf(error);
}
