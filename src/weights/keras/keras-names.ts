import { FormatError } from '../format-error.js';

/** Where a Keras layer is in torchvision's ResNet. */
export interface TorchvisionLayer {
  /** As in `layer1.0.conv2` or `bn1`; a head's as in Keras. */
  readonly name: string;
  readonly kind: 'convolution' | 'norm' | 'classifier';
  /** The BatchNorm behind a convolution; null for others. */
  readonly norm: string | null;
}

/**
 * The place of a layer of keras.applications' ResNet.
 *
 * @returns Null for a layer that is not the backbone's, such as one of another head.
 * @throws {FormatError} For one of ResNet V2, which normalises before it convolves.
 * @see keras/src/applications/resnet.py, `residual_block_v1`
 * @example torchvisionLayer('conv3_block2_0_bn') // { name: 'layer2.1.downsample.1', … }
 */
export function torchvisionLayer(layer: string): TorchvisionLayer | null {
  if (/^post_bn$|_preact_bn$/.test(layer)) {
    throw new FormatError(
      `expected a ResNet that normalises behind its convolutions, got layer "${layer.slice(0, 60)}" of ResNet V2, which does it before them: use ResNet50, ResNet101 or ResNet152`,
    );
  }
  if (layer === 'conv1_conv') return { name: 'conv1', kind: 'convolution', norm: 'conv1_bn' };
  if (layer === 'conv1_bn') return { name: 'bn1', kind: 'norm', norm: null };
  if (layer === 'predictions') return { name: 'fc', kind: 'classifier', norm: null };
  const parts = /^conv(\d+)_block(\d+)_([0-9])_(conv|bn)$/.exec(layer);
  if (parts === null) return null;
  const [, stage, block, number, kind] = parts;
  const isConvolution = kind === 'conv';
  const inside =
    number === '0'
      ? `downsample.${isConvolution ? 0 : 1}`
      : `${isConvolution ? 'conv' : 'bn'}${number}`;
  return {
    name: `layer${Number(stage) - 1}.${Number(block) - 1}.${inside}`,
    kind: isConvolution ? 'convolution' : 'norm',
    norm: isConvolution ? layer.replace(/conv$/, 'bn') : null,
  };
}
