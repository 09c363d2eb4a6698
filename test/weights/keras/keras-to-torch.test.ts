import { describe, expect, it } from 'vitest';
import type { KerasLayers, KerasTensor } from '../../../src/weights/keras/keras-layers.js';
import { kerasToTorch } from '../../../src/weights/keras/keras-to-torch.js';

function tensor(shape: readonly number[], ...values: number[]): KerasTensor {
  return { shape, data: Float32Array.from(values) };
}

function norm(gamma: number, beta: number, mean: number, variance: number) {
  return new Map([
    ['gamma', tensor([1], gamma)],
    ['beta', tensor([1], beta)],
    ['moving_mean', tensor([1], mean)],
    ['moving_variance', tensor([1], variance)],
  ]);
}

const unsaid = new Map<string, number>();

describe('kerasToTorch', () => {
  it('turns filters from [height, width, in, out] to [out, in, height, width]', () => {
    const kernel = tensor([1, 2, 1, 2], 1, 2, 3, 4);
    const layers: KerasLayers = new Map([['conv2_block1_2_conv', new Map([['kernel', kernel]])]]);
    expect(kerasToTorch(layers, unsaid).tensors).toEqual(
      new Map([['layer1.0.conv2.weight', tensor([2, 1, 1, 2], 1, 3, 2, 4)]]),
    );
  });

  it('turns the first filters from BGR to RGB', () => {
    const layers: KerasLayers = new Map([
      ['conv1_conv', new Map([['kernel', tensor([1, 1, 3, 1], 1, 2, 3)]])],
    ]);
    expect(kerasToTorch(layers, unsaid).tensors.get('conv1.weight')).toEqual(
      tensor([1, 3, 1, 1], 3, 2, 1),
    );
  });

  it('takes the bias off the mean, and adds the difference of the epsilons to the variance', () => {
    const layers: KerasLayers = new Map([
      ['conv2_block1_0_bn', norm(2, 3, 0.5, 0)],
      [
        'conv2_block1_0_conv',
        new Map([
          ['kernel', tensor([1, 1, 1, 1], 1)],
          ['bias', tensor([1], 0.25)],
        ]),
      ],
    ]);
    const { tensors } = kerasToTorch(layers, unsaid);
    expect(tensors.get('layer1.0.downsample.1.weight')).toEqual(tensor([1], 2));
    expect(tensors.get('layer1.0.downsample.1.bias')).toEqual(tensor([1], 3));
    expect(tensors.get('layer1.0.downsample.1.running_mean')).toEqual(tensor([1], 0.25));
    const variance = tensors.get('layer1.0.downsample.1.running_var')?.data[0] as number;
    expect(variance).toBeCloseTo(1e-8, 14); // 1.001e-5 - 1e-5
    const said = kerasToTorch(layers, new Map([['conv2_block1_0_bn', 1e-3]])).tensors;
    expect(said.get('layer1.0.downsample.1.running_var')?.data[0]).toBeCloseTo(9.9e-4, 9);
  });

  it('turns the classifier from [in, out] to [out, in]', () => {
    const layers: KerasLayers = new Map([
      [
        'predictions',
        new Map([
          ['kernel', tensor([3, 2], 1, 2, 3, 4, 5, 6)],
          ['bias', tensor([2], 7, 8)],
        ]),
      ],
    ]);
    const { tensors } = kerasToTorch(layers, unsaid);
    expect(tensors.get('fc.weight')).toEqual(tensor([2, 3], 1, 3, 5, 2, 4, 6));
    expect(tensors.get('fc.bias')).toEqual(tensor([2], 7, 8));
  });

  it('leaves out the layers of another head', () => {
    const layers: KerasLayers = new Map([['dense_1', new Map([['kernel', tensor([1, 1], 1)]])]]);
    expect(kerasToTorch(layers, unsaid)).toEqual({ tensors: new Map(), leftOut: ['dense_1'] });
  });

  it.each(['conv2_block1_preact_bn', 'post_bn'])('refuses ResNet V2: %s', (layer) => {
    expect(() => kerasToTorch(new Map([[layer, norm(1, 1, 1, 1)]]), unsaid)).toThrow(
      `expected a ResNet that normalises behind its convolutions, got layer "${layer}" of ResNet V2`,
    );
  });

  it('refuses a depthwise convolution, as ResNeXt has, and a layer without its kernel', () => {
    const depthwise = new Map([['depthwise_kernel', tensor([1, 1, 1, 1], 1)]]);
    expect(() => kerasToTorch(new Map([['conv2_block1_2_conv', depthwise]]), unsaid)).toThrow(
      'expected kernel, bias in layer "conv2_block1_2_conv", got "depthwise_kernel" too',
    );
    expect(() => kerasToTorch(new Map([['conv1_conv', new Map()]]), unsaid)).toThrow(
      'expected "kernel" of 4 axes in layer "conv1_conv", got none',
    );
  });
});
