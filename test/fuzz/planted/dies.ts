import type { FuzzTarget } from '../fuzz-target.js';

/** Ends its process as a fault of a native library does, once "bug" stands in its input. */
export const target: FuzzTarget = {
  seeds: () => ['a,b\n'],
  tokens: ['bug'],
  run: async (input) => {
    if (input.includes('bug')) process.abort();
  },
};
