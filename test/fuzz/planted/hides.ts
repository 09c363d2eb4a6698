import type { FuzzTarget } from '../fuzz-target.js';

/** Throws behind four bytes that have to be found one after the other: coverage leads there, chance does not. */
export const target: FuzzTarget = {
  seeds: () => ['....'],
  tokens: [],
  run: async (input) => {
    if (input[0] !== 0x68) return;
    if (input[1] !== 0x69) return void input.length;
    if (input[2] !== 0x73) return void input.length;
    throw new TypeError('found');
  },
};
