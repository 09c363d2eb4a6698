import { describe, expect, it } from 'vitest';
import { underTorchvisionNames } from '../../../src/weights/names/under-torchvision-names.js';

const tensor = { shape: [1], data: Float32Array.of(1) };

function renamed(...names: string[]) {
  const { tensors, leftOut } = underTorchvisionNames(new Map(names.map((name) => [name, tensor])));
  return { names: [...tensors.keys()], leftOut };
}

describe('underTorchvisionNames', () => {
  it.each(['', 'module.', 'backbone.', 'model.', 'module.encoder.'])(
    'takes off the prefix "%s"',
    (prefix) => {
      const names = ['conv1.weight', 'layer1.0.conv1.weight', 'layer1.0.downsample.0.weight'];
      expect(renamed(...names.map((name) => prefix + name))).toEqual({ names, leftOut: [] });
    },
  );

  // As transformers' own ResNetForImageClassification has them.
  it.each([
    ['resnet.embedder.embedder.normalization.running_mean', 'bn1.running_mean'],
    [
      'resnet.encoder.stages.0.layers.0.shortcut.convolution.weight',
      'layer1.0.downsample.0.weight',
    ],
    ['resnet.encoder.stages.3.layers.2.shortcut.normalization.bias', 'layer4.2.downsample.1.bias'],
    ['resnet.encoder.stages.1.layers.10.layer.2.normalization.weight', 'layer2.10.bn3.weight'],
    ['classifier.1.bias', 'fc.bias'],
  ])("knows transformers' %s", (name, expected) => {
    const stem = 'resnet.embedder.embedder.convolution.weight';
    expect(renamed(stem, name)).toEqual({ names: ['conv1.weight', expected], leftOut: [] });
  });

  it('keeps a classifier beside the backbone, and says what else is there', () => {
    const names = [
      'backbone.conv1.weight',
      'backbone.layer1.0.conv1.weight',
      'fc.weight',
      'head.mlp.weight',
    ];
    expect(renamed(...names)).toEqual({
      names: ['conv1.weight', 'layer1.0.conv1.weight', 'fc.weight'],
      leftOut: ['head.mlp.weight'],
    });
  });

  it('refuses no ResNet and two of them, naming what there is', () => {
    expect(() => renamed('conv1.0.weight', 'layer1.0.conv1.weight')).toThrow(
      'got "conv1.0.weight", "layer1.0.conv1.weight"',
    );
    const two = ['a.', 'b.'].flatMap((prefix) => [
      `${prefix}conv1.weight`,
      `${prefix}layer1.0.conv1.weight`,
    ]);
    expect(() => renamed(...two)).toThrow('expected one ResNet, got one under each of "a.", "b."');
  });
});
