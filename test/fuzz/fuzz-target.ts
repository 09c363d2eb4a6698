import { UserError } from '../../src/errors.js';

/** A parser, and what its inputs look like. */
export interface FuzzTarget {
  /** Sound inputs, small and of all kinds. */
  readonly seeds: () => readonly (Buffer | string)[] | Promise<readonly (Buffer | string)[]>;
  /** Words of its language, which chance alone would not find. */
  readonly tokens: readonly string[];
  /**
   * Parses an input. It may refuse it with a UserError, and throws anything else where a promise is broken,
   * such as a result that cannot be.
   *
   * @param folder For its files; empty, and emptied after it.
   */
  readonly run: (input: Buffer, folder: string) => Promise<unknown>;
}

export type Outcome = 'ok' | 'refused' | 'failed';

const longestMessage = 4096; // of an error that a person reads

/** What a target makes of an input, and of what it died where it did. */
export async function outcomeOf(
  target: FuzzTarget,
  input: Buffer,
  folder: string,
): Promise<{ outcome: Outcome; error: unknown }> {
  try {
    await target.run(input, folder);
    return { outcome: 'ok', error: null };
  } catch (error) {
    if (!(error instanceof UserError)) return { outcome: 'failed', error };
    if (error.message.length <= longestMessage) return { outcome: 'refused', error };
    const length = `Expected a message that can be read, got one of ${error.message.length}`;
    return { outcome: 'failed', error: new Error(length, { cause: error }) };
  }
}

/** Throws where a parser gave what it never should. */
export function expectThat(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`Expected ${what}`);
}
