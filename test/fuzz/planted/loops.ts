import type { FuzzTarget } from '../fuzz-target.js';

/** Never ends, once "bug" stands in its input. */
export const target: FuzzTarget = {
  seeds: () => ['a,b\n'],
  tokens: ['bug'],
  run: async (input) => {
    while (input.includes('bug'));
  },
};
