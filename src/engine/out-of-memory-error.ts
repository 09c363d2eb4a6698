import { UserError } from '../errors.js';

/** The engine was refused memory that it needed. */
export class OutOfMemoryError extends UserError {
  /** @param reason What the engine says, in one line. */
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `Cannot go on: the engine ran out of memory (${reason}); free some, or lower --batch-size`,
      options,
    );
  }
}

/** What V8, for an array, and WebAssembly, whose memory ends at 4 GiB, throw instead. */
const others: Readonly<Record<string, RegExp>> = {
  RangeError: /^Array buffer allocation failed/,
  RuntimeError: /^memory access out of bounds|^Aborted\(OOM/,
};

/** What was thrown, as an OutOfMemoryError if it is for want of memory; null if it is not. */
export function outOfMemoryIn(error: unknown): OutOfMemoryError | null {
  if (error instanceof OutOfMemoryError) return error;
  if (!(error instanceof Error) || others[error.name]?.test(error.message) !== true) return null;
  return new OutOfMemoryError(error.message, { cause: error });
}
