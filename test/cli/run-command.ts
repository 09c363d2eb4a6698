import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';
import { createTestTerminal, type TestTerminal } from '../test-terminal.js';

/** Runs `histo` with arguments in this process; what it throws comes out. */
export async function runHisto(...args: readonly string[]): Promise<TestTerminal> {
  const terminal = createTestTerminal();
  const program = createProgram(terminal, new AbortController().signal);
  silence(program);
  await program.parseAsync(args, { from: 'user' });
  return terminal;
}

/** Keeps commander's own words out of the test's output. */
function silence(command: Command): void {
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  command.commands.forEach(silence);
}
