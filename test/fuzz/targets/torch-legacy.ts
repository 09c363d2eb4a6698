import type { FuzzTarget } from '../fuzz-target.js';
import { readAsWeights, weightsFixture } from '../weights-target.js';

export const target: FuzzTarget = {
  seeds: () => ['legacy.pth', 'strided-legacy.pth', 'exec-legacy.pth'].map(weightsFixture),
  tokens: [
    '\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.',
    'ctorch\nFloatStorage\n',
    'cos\nsystem\n',
    '\x80\x02',
    '.',
    'Q',
  ],
  run: readAsWeights,
};
