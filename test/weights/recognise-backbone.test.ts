import { describe, expect, it } from 'vitest';
import { type Backbone, backbones } from '../../src/model/architecture.js';
import { isOfHead, parametersOf } from '../../src/model/parameters.js';
import type { NamedArray } from '../../src/model/state-dict.js';
import { recogniseBackbone } from '../../src/weights/recognise-backbone.js';

function stateOf(backbone: Backbone): Map<string, NamedArray> {
  const head = { stride: 'v1', hiddenUnits: 1, classes: 2, dropout: 0 } as const;
  const parameters = parametersOf({ ...backbone, ...head }).filter((one) => !isOfHead(one));
  return new Map(
    parameters.map(({ name, shape }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return [name, { shape, data: new Float32Array(length) }];
    }),
  );
}

const tiny: Backbone = { width: 4, block: 'bottleneck', blocks: [1, 2] };

describe('recogniseBackbone', () => {
  it.each(['resnet18', 'resnet34', 'resnet50', 'resnet14-narrow'] as const)('tells %s', (name) => {
    const backbone = backbones[name];
    expect(recogniseBackbone(stateOf(backbone), 'x')).toEqual({ ...backbone, name });
  });

  it('tells networks without a name', () => {
    expect(recogniseBackbone(stateOf(tiny), 'x')).toEqual({ ...tiny, name: null });
  });

  it.each([
    [
      'squeeze-and-excitation',
      'layer1.0.se.fc1.weight',
      [1, 16, 1, 1],
      /1 surplus: layer1\.0\.se\.fc1\.weight/,
    ],
    ['ResNeXt', 'layer1.0.conv2.weight', [4, 1, 3, 3], /1 misshapen: layer1\.0\.conv2\.weight/],
    ['Wide ResNet', 'layer1.0.conv1.weight', [8, 4, 1, 1], /1 misshapen: layer1\.0\.conv1\.weight/],
    [
      'an averaged shortcut',
      'layer1.0.downsample.2.weight',
      [16],
      /1 surplus: layer1\.0\.downsample\.2/,
    ],
    ['a stem of 3 x 3', 'conv1.weight', [4, 3, 3, 3], /1 misshapen: conv1\.weight/],
  ])('refuses %s, naming the arrays', (_, name, shape, message) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    const state = new Map([...stateOf(tiny), [name, { shape, data }]]);
    expect(() => recogniseBackbone(state, '"x.pth"')).toThrow(message);
  });

  it('refuses a network without blocks', () => {
    const state = new Map([['conv1.weight', { shape: [4, 3, 7, 7], data: new Float32Array(588) }]]);
    expect(() => recogniseBackbone(state, 'x')).toThrow('at least one stage, got 4 and 0');
  });
});
