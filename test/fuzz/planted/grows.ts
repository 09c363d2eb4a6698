import type { FuzzTarget } from '../fuzz-target.js';

/** Takes 2 GiB, once "bug" stands in its input. */
export const target: FuzzTarget = {
  seeds: () => ['a,b\n'],
  tokens: ['bug'],
  run: async (input) => {
    const rooms = input.includes('bug') ? 32 : 0;
    return Array.from({ length: rooms }, () => Buffer.alloc(2 ** 26, 1));
  },
};
