import type { FuzzTarget } from '../fuzz-target.js';
import { readAsWeights, weightsFixture } from '../weights-target.js';

export const target: FuzzTarget = {
  seeds: () =>
    ['keras-2-no-top.h5.gz', 'keras-3.weights.h5.gz', 'keras-3.h5.gz'].map(weightsFixture),
  tokens: [
    '\x89HDF\r\n\x1a\n',
    'TREE',
    'SNOD',
    'HEAP',
    'GCOL',
    'OHDR',
    'kernel:0',
    '\xff\xff\xff\xff\xff\xff\xff\xff',
  ],
  run: readAsWeights,
};
