import type { Terminal } from '../src/terminal.js';

/** A terminal that keeps what it is told. */
export interface TestTerminal extends Terminal {
  readonly results: string[];
  readonly notes: string[];
}

/** @param onNote Called with each note, for example to interrupt a run when it says something. */
export function createTestTerminal(onNote: (text: string) => void = () => {}): TestTerminal {
  const [results, notes]: [string[], string[]] = [[], []];
  return {
    results,
    notes,
    result: (text) => void results.push(text),
    note: (text) => {
      notes.push(text);
      onNote(text);
    },
    isInteractive: false,
    drawsResults: false,
    isVerbose: false,
  };
}
