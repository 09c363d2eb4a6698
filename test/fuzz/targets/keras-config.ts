import { UserError } from '../../../src/errors.js';
import { FormatError } from '../../../src/weights/format-error.js';
import { parseKerasConfig } from '../../../src/weights/keras/keras-config.js';
import { kerasLayers } from '../../../src/weights/keras/keras-layers.js';
import { kerasWeights } from '../../../src/weights/keras/keras-weights.js';
import type { FuzzTarget } from '../fuzz-target.js';

const arrays = ['conv2d/vars/0', 'conv2d/vars/1', 'functional/layers/conv2d/vars/0'].map(
  (path) => ({
    path: `layers/${path}`,
    groupName: null,
    shape: [1, 1, 3, 1],
    data: Float32Array.of(1, 2, 3),
  }),
);
const layer = (name: string) => ({ class_name: 'Conv2D', config: { name, strides: [2, 2] } });

/** What a Keras model says of its layers. */
export const target: FuzzTarget = {
  seeds: () =>
    [
      [layer('conv1_conv'), { class_name: 'Functional', config: { layers: [layer('dense')] } }],
      [layer('conv3_block1_2_conv')],
    ].map((layers) => JSON.stringify({ class_name: 'Functional', config: { name: 'a', layers } })),
  tokens: [
    '"class_name":',
    '"config":',
    '"layers":[',
    '"strides":',
    '"epsilon":',
    '{',
    '}',
    ']',
    ',',
    'null',
    '"__proto__":',
    '"Functional"',
    '"post_bn"',
    '\\u0000',
  ],
  run: async (input) => {
    try {
      const config = parseKerasConfig(input.toString('utf8'));
      kerasWeights('Keras', kerasLayers(arrays, config), config);
    } catch (error) {
      throw error instanceof FormatError ? new UserError(error.message) : error;
    }
  },
};
