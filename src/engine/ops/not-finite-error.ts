/** A guarded result was not a finite number. */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError';

  /** @param value As in `NaN` or `Infinity`. */
  constructor(readonly value: string) {
    super(`Cannot go on: expected a finite result, got ${value}`);
  }
}
