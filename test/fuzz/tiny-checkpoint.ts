import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';

/** A checkpoint of a few numbers, with everything that one can hold. */
export const tinyCheckpoint: Checkpoint = {
  state: new Map([
    ['conv1.weight', { shape: [2, 1], data: Float32Array.of(0.1, -3) }],
    ['bn1.running_var', { shape: [1], data: Float32Array.of(1) }],
  ]),
  optimizer: new Map([['conv1.weight', { shape: [2, 1], data: Float32Array.of(5, 6) }]]),
  card: {
    histo: '0.1.0',
    architecture: {
      width: 8,
      block: 'bottleneck',
      blocks: [2, 1],
      stride: 'v1.5',
      hiddenUnits: 16,
      classes: 2,
      dropout: 0.5,
    },
    preprocessing: { cropPx: 49, channels: 'rgb', mean: [0.5, 0.5, 0.4], std: [0.2, 0.2, 0.2] },
    classNames: ['normal', 'tumour'],
    recipe: { preset: 'quick', maxLr: 0.01, shuffle: true, limit: null },
    metrics: { roc_auc: 0.9 },
    dataDigest: 'abc',
    chosen: { youdenMargin: -0.25, temperature: 1.5 },
    split: 'stratified, seed 0',
    lost: [{ id: 'b', path: 'b.tif', why: 'gone' }],
    slides: { train: ['s1'], valid: ['s3'] },
    leakage: {
      train_twins: 1,
      shared_slides: 0,
      examples: [{ id: 'a', kind: 'near' }],
      text: '1 of 2',
    },
  },
  progress: {
    epoch: 3,
    stepInEpoch: 7,
    step: 307,
    lossSum: 0.3,
    examples: 448,
    bestRocAuc: 0.9,
    bestEpoch: 2,
    skippedSteps: 0,
    lossScale: null,
  },
  validation: { logits: Float32Array.of(1, 2, 0, -1), labels: Float32Array.of(1, 0) },
  fingerprints: { train: new Uint8Array(208), valid: new Uint8Array(104) },
};
