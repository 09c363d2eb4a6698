import { CommanderError } from 'commander';
import { GateError, InterruptedError, UnfitError, UserError } from '../errors.js';

const codesOfSignals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The exit code for what a command threw.
 *
 * @returns 0 help, 1 a bug or an unfit machine, 2 a user's mistake, 3 a gate that was not met,
 *   129 SIGHUP, 130 SIGINT, 143 SIGTERM.
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) return 2;
  if (error instanceof GateError) return 3;
  if (error instanceof InterruptedError) return codesOfSignals[error.signal];
  return 1;
}

/** What a command that failed says on standard error; empty where commander has said it already. */
export function explain(error: unknown, isDebug: boolean): string {
  if (error instanceof CommanderError) return '';
  if (!(error instanceof Error)) return `histo: ${String(error)}`;
  if (isDebug) return error.stack ?? error.message;
  const isExpected = [UserError, GateError, InterruptedError, UnfitError].some(
    (kind) => error instanceof kind,
  );
  if (isExpected) return `histo: ${error.message}`;
  return `histo: ${error.message}\nThis is a bug in histo: run again with --debug for the stack`;
}
