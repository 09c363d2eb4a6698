/**
 * Where a command's words go. `bin/histo.ts` makes the real one; tests pass their own.
 */
export interface Terminal {
  /** Results: standard output. A line feed is added. */
  readonly result: (text: string) => void;
  /** Progress, notices, warnings: standard error. A line feed is added. */
  readonly note: (text: string) => void;
  /** True if standard error is a terminal, so that a progress bar may redraw itself. */
  readonly isInteractive: boolean;
  /** True if standard output is a terminal, so that a result may be drawn and not only written. */
  readonly drawsResults: boolean;
  /** True with `--verbose`: TensorFlow's own chatter and details are let through. */
  readonly isVerbose: boolean;
}

/** A terminal that says nothing: for `--quiet` notes and for tests. */
export const silentTerminal: Terminal = {
  result: () => {},
  note: () => {},
  isInteractive: false,
  drawsResults: false,
  isVerbose: false,
};
