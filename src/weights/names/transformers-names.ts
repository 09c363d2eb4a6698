/**
 * What Hugging Face transformers' ResNet calls its parameters, by what torchvision does.
 *
 * @param name Without a prefix such as `resnet.`.
 * @returns Null for a name that is none of its.
 * @see transformers/models/resnet/modeling_resnet.py
 * @example torchvisionName('encoder.stages.0.layers.1.layer.2.convolution.weight') // 'layer1.1.conv3.weight'
 */
export function torchvisionName(name: string): string | null {
  const stem = /^embedder\.embedder\.(convolution|normalization)\.(\w+)$/.exec(name);
  if (stem !== null) return `${stem[1] === 'convolution' ? 'conv1' : 'bn1'}.${stem[2]}`;
  const inBlock =
    /^encoder\.stages\.(\d+)\.layers\.(\d+)\.(shortcut|layer\.(\d+))\.(convolution|normalization)\.(\w+)$/;
  const parts = inBlock.exec(name);
  if (parts === null) return null;
  const [, stage, block, part, number, kind, parameter] = parts;
  const isConvolution = kind === 'convolution';
  const layer =
    part === 'shortcut'
      ? `downsample.${isConvolution ? 0 : 1}`
      : `${isConvolution ? 'conv' : 'bn'}${Number(number) + 1}`;
  return `layer${Number(stage) + 1}.${block}.${layer}.${parameter}`;
}
