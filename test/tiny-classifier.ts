import type { CheckpointCard } from '../src/checkpoint/card.js';
import type { Architecture } from '../src/model/architecture.js';
import { parametersOf } from '../src/model/parameters.js';
import { imageNet } from '../src/model/preprocess.js';
import type { NamedArray } from '../src/model/state-dict.js';
import { randomStream } from '../src/rng.js';

const architecture: Architecture = {
  width: 2,
  block: 'basic',
  blocks: [1, 1],
  stride: 'v1',
  hiddenUnits: 3,
  classes: 2,
  dropout: 0,
};

/** The card of a net of some five hundred numbers, as an exported file carries it. */
export const tinyCard: CheckpointCard = {
  histo: '0.2.0',
  architecture,
  preprocessing: { cropPx: 33, channels: 'rgb', ...imageNet },
  classNames: ['normal', 'tumour'],
  recipe: { preset: 'quick' },
  metrics: { roc_auc: 0.9 },
  dataDigest: 'of other patches',
  chosen: { youdenMargin: -0.25, temperature: 1.5 },
  split: 'stratified, seed 0',
  slides: null,
  leakage: null,
  lost: [],
};

/** Values in (0, 1) for all arrays of {@link tinyCard}'s net. */
export function tinyState(seed = 0): Map<string, NamedArray> {
  const random = randomStream(seed);
  return new Map(
    parametersOf(architecture).map(({ name, shape }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const data = Float32Array.from({ length }, () => random.nextUniform());
      return [name, { shape, data }];
    }),
  );
}
