import type { FuzzTarget } from '../fuzz-target.js';

/** Throws behind letters that have to be found one after the other: coverage leads there, chance does not. */
export const target: FuzzTarget = {
  seeds: () => ['.......'],
  tokens: [...'hidden'],
  run: async (input) => {
    let found = 0;
    if (input[0] === 0x68) found++;
    if (found === 1 && input[1] === 0x69) found++;
    if (found === 2 && input[2] === 0x64) found++;
    if (found === 3 && input[3] === 0x65) found++;
    if (found === 4) throw new TypeError('found');
  },
};
