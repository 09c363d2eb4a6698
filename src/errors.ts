import { constants } from 'node:os';

/**
 * A mistake of the user's (a wrong file, flag, label, network): told in one message without a
 * stack, exit code 2.
 *
 * Write the message as `Cannot <act> "<thing>": expected <wanted>, got <actual>`, with the place
 * (`row 17 of "train_labels.csv"`) and the remedy, and no final period.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** A gate that was not met, such as `--fail-under` or `--strict`: exit code 3. */
export class GateError extends Error {
  override readonly name = 'GateError';
}

/** The doctor found that training would not work on this machine: exit code 1. */
export class UnfitError extends Error {
  override readonly name = 'UnfitError';
}

/** The run was stopped by a signal after it had saved: exit code 130 (SIGINT), 143 (SIGTERM) or 129 (SIGHUP). */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor(
    readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP',
    message: string,
  ) {
    super(message);
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The `code` of a Node system error (`ENOENT`, `ENOSPC`, …), or undefined. Those that Node has no name
 * for, such as `EDQUOT` and `ESTALE`, get the system's.
 */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errno = 0 } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return undefined;
  return code.startsWith('Unknown system error') ? (namesByErrno.get(-errno) ?? code) : code;
}

const namesByErrno: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno).map(([name, errno]) => [errno, name]),
);
