import type { FuzzTarget } from '../fuzz-target.js';

/** Throws what no parser may throw, once "bug" stands in its input. */
export const target: FuzzTarget = {
  seeds: () => ['a,b\n'],
  tokens: ['bug'],
  run: async (input) => {
    if (input.includes('bug'))
      throw new TypeError("Cannot read properties of undefined (reading 'x')");
  },
};
