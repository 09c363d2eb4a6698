#!/usr/bin/env node
import { exitCodeOf, explain } from '../src/cli/exit.js';
import { createProgram } from '../src/cli/program.js';
import { InterruptedError } from '../src/errors.js';
import type { Terminal } from '../src/terminal.js';

const flags = { quiet: false, verbose: false, debug: false };

const terminal: Terminal = {
  result: (text) => process.stdout.write(`${text}\n`),
  note: (text) => flags.quiet || process.stderr.write(`${text}\n`),
  get isInteractive() {
    return process.stderr.isTTY === true && !flags.quiet;
  },
  get isVerbose() {
    return flags.verbose;
  },
};

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    terminal.note(`${signal}: stopping after this step (again to stop at once)`);
    interruption.abort(new InterruptedError(signal, `Stopped by ${signal}`));
  });
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // the reader, such as head, has seen enough
  throw error;
});

const program = createProgram(terminal, interruption.signal);
program.hook('preAction', (_, command) => {
  const { quiet, verbose, debug } = command.optsWithGlobals<Partial<typeof flags>>();
  Object.assign(flags, { quiet: quiet === true, verbose: verbose === true, debug: debug === true });
});
try {
  await program.parseAsync();
} catch (error) {
  const text = explain(error, flags.debug);
  if (text !== '') process.stderr.write(`${text}\n`);
  process.exitCode = exitCodeOf(error);
}
