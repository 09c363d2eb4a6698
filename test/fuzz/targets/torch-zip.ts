import type { FuzzTarget } from '../fuzz-target.js';
import { readAsWeights, weightsFixture } from '../weights-target.js';

export const target: FuzzTarget = {
  seeds: () => ['zip.pth', 'protocol-4.pth', 'float16.pth', 'checkpoint.pth'].map(weightsFixture),
  tokens: [
    'PK\x01\x02',
    'PK\x03\x04',
    'PK\x05\x06',
    'PK\x06\x06',
    '/data.pkl',
    '/data/0',
    '/byteorder',
    'big',
  ],
  run: readAsWeights,
};
