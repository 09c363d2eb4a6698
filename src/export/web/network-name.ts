import { type Architecture, type ArchitectureName, backbones } from '../../model/architecture.js';

const names: Readonly<Record<ArchitectureName, string>> = {
  resnet18: 'ResNet-18',
  resnet34: 'ResNet-34',
  resnet50: 'ResNet-50',
  resnet101: 'ResNet-101',
  resnet152: 'ResNet-152',
  'resnet14-narrow': 'narrow ResNet-14',
};

/** What a network is called among people; `ResNet` where it is none of the known ones. */
export function networkName({ width, block, blocks }: Architecture): string {
  const known = Object.entries(backbones).find(
    ([, one]) =>
      one.width === width && one.block === block && String(one.blocks) === String(blocks),
  );
  return known === undefined ? 'ResNet' : names[known[0] as ArchitectureName];
}
