import { zipBytes } from '../../engine/install/zip-bytes.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { readAsWeights, weightsFixture } from '../weights-target.js';

export const target: FuzzTarget = {
  seeds: () => [
    weightsFixture('keras-3.keras.gz'),
    weightsFixture('keras-2.keras.gz'),
    zipBytes([
      { name: 'config.json', data: '{"class_name":"Functional","config":{"layers":[]}}' },
      { name: 'model.weights.h5', data: '\x89HDF' },
    ]),
  ],
  tokens: [
    'PK\x01\x02',
    'PK\x03\x04',
    'PK\x05\x06',
    'config.json',
    'model.weights.h5',
    '"layers": [',
    '"class_name"',
    '../',
  ],
  run: readAsWeights,
};
