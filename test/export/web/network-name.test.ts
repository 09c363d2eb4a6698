import { expect, it } from 'vitest';
import { networkName } from '../../../src/export/web/network-name.js';
import { architectureOf } from '../../../src/model/architecture.js';
import { smallNets } from '../small-nets.js';

it('networkName knows the backbones, whatever their stride, and no other', () => {
  const options = { stride: 'v1', hiddenUnits: 512, dropout: 0.5 } as const;
  expect(networkName(architectureOf('resnet50', options))).toBe('ResNet-50');
  expect(networkName(architectureOf('resnet34', options))).toBe('ResNet-34');
  expect(networkName(smallNets['basic blocks'])).toBe('ResNet');
});
