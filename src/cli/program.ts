import { Command } from 'commander';
import { printable } from '../printable.js';
import type { Terminal } from '../terminal.js';
import { histoVersion } from '../version.js';
import { benchCommand } from './bench.js';
import { compareCommand } from './compare.js';
import { dataCommand } from './data.js';
import { demoCommand } from './demo.js';
import { doctorCommand } from './doctor.js';
import { engineCommand } from './engine.js';
import { evalCommand } from './eval.js';
import { exportCommand } from './export.js';
import { predictCommand } from './predict.js';
import { trainCommand } from './train.js';
import { weightsCommand } from './weights.js';

/**
 * The command line: one command a file.
 *
 * @param interruption Aborted when the user asks the program to stop.
 */
export function createProgram(terminal: Terminal, interruption: AbortSignal): Command {
  const program = new Command('histo')
    .description('Fine-tune and evaluate an image classifier on histopathology patches')
    .version(histoVersion)
    .enablePositionalOptions() // or "engine install --version" would be the program's --version
    .configureOutput({ outputError: (text, write) => write(printable(text)) })
    .showHelpAfterError('(histo --help lists the commands, histo COMMAND --help its options)')
    .addHelpText('after', '\nFor research use: histo is not a medical device.');
  const commands = [
    trainCommand(terminal, interruption),
    evalCommand(terminal, interruption),
    compareCommand(terminal, interruption),
    predictCommand(terminal, interruption),
    exportCommand(terminal, interruption),
    dataCommand(terminal, interruption),
    demoCommand(terminal, interruption),
    weightsCommand(terminal, interruption),
    engineCommand(terminal, interruption),
    doctorCommand(terminal, interruption),
    benchCommand(terminal, interruption),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return exitByException(withCommonFlags(program));
}

/** Gives a command and all below it the flags that count everywhere. */
function withCommonFlags(command: Command): Command {
  command
    .option('--quiet', 'say nothing but results and errors')
    .option('--verbose', "let TensorFlow's own messages through")
    .option('--debug', 'show the stack of an error');
  command.commands.forEach(withCommonFlags);
  return command;
}

/** Makes commander throw instead of leaving the process, all the way down. */
function exitByException(command: Command): Command {
  command.exitOverride();
  command.commands.forEach(exitByException);
  return command;
}
