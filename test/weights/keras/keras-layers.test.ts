import { describe, expect, it } from 'vitest';
import { parseKerasConfig } from '../../../src/weights/keras/keras-config.js';
import { kerasLayers } from '../../../src/weights/keras/keras-layers.js';
import { kerasWeights } from '../../../src/weights/keras/keras-weights.js';

const data = Float32Array.of(1);

function array(path: string, groupName: string | null = null, shape: readonly number[] = [1]) {
  return { path, groupName, shape, data };
}

function config(...layers: unknown[]) {
  return parseKerasConfig(JSON.stringify({ class_name: 'Functional', config: { layers } }));
}

describe('kerasLayers', () => {
  it('sorts arrays by the layers in their paths', () => {
    const arrays = [array('model_weights/resnet50/conv1_bn/gamma:0'), array('conv1_bn/beta')];
    expect(kerasLayers(arrays, null)).toEqual(
      new Map([
        [
          'conv1_bn',
          new Map([
            ['gamma', { shape: [1], data }],
            ['beta', { shape: [1], data }],
          ]),
        ],
      ]),
    );
  });

  it('gives numbers their names, by what the layer is', () => {
    const arrays = [
      array('layers/conv2d/vars/1', 'a'),
      array('layers/conv2d/vars/0', 'a', [1, 1, 1, 1]),
      ...[0, 1, 2, 3].map((number) => array(`layers/batch_normalization/vars/${number}`, 'b')),
    ];
    const layers = kerasLayers(arrays, null);
    expect([...(layers.get('a')?.keys() ?? [])]).toEqual(['kernel', 'bias']);
    expect([...(layers.get('b')?.keys() ?? [])]).toEqual([
      'gamma',
      'beta',
      'moving_mean',
      'moving_variance',
    ]);
  });

  it('takes the names of layers from the configuration, models within models too', () => {
    const conv = (name: string) => ({ class_name: 'Conv2D', config: { name } });
    const inner = { class_name: 'Functional', config: { name: 'inner', layers: [conv('c')] } };
    const named = config(conv('a'), conv('b'), inner);
    const paths = ['layers/conv2d', 'layers/conv2d_1', 'layers/functional/layers/conv2d'];
    const arrays = paths.map((path) => array(`${path}/vars/0`, null, [1, 1, 1, 1]));
    expect([...kerasLayers(arrays, named).keys()]).toEqual(['a', 'b', 'c']);
  });

  it('refuses layers without names, and two of one name', () => {
    expect(() => kerasLayers([array('layers/conv2d/vars/0')], null)).toThrow(
      'expected the names of its layers, got numbers alone in "layers/conv2d/vars/0": save the whole model with model.save("….keras")',
    );
    expect(() => kerasLayers([array('a/c/gamma'), array('b/c/gamma:0')], null)).toThrow(
      'expected one layer "c", got two of that name',
    );
  });
});

describe('kerasWeights', () => {
  it('refuses a stride in the 3 x 3 convolution, which Keras pads otherwise', () => {
    const layer = {
      class_name: 'Conv2D',
      config: { name: 'conv3_block1_2_conv', strides: [2, 2] },
    };
    expect(() => kerasWeights('Keras', new Map(), config(layer))).toThrow(
      'expected stride 1 in layer "conv3_block1_2_conv", as in keras.applications\' ResNet, got [2,2]',
    );
  });

  it('refuses another network, naming its layers', () => {
    const layers = kerasLayers([array('block1_conv1/kernel')], null);
    expect(() => kerasWeights('Keras', layers, null)).toThrow('got 1 layer ("block1_conv1")');
  });
});
