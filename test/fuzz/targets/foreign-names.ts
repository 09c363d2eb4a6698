import type { FuzzTarget } from '../fuzz-target.js';
import { readAsWeights, weightsFixture } from '../weights-target.js';

/** safetensors with transformers' names and torchvision's. */
export const target: FuzzTarget = {
  seeds: () => ['transformers.safetensors', 'truth.safetensors'].map(weightsFixture),
  tokens: [
    'resnet.',
    'module.',
    'embedder.embedder.convolution.weight',
    'encoder.stages.0.layers.0.',
    'layer.999.',
    'conv1.weight',
    'layer1.0.conv1.weight',
    '"F32"',
    '"F64"',
    '__proto__',
    ']',
    '[4,3,7,7]',
  ],
  run: readAsWeights,
};
