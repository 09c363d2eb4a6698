import { describe, expect, it } from 'vitest';
import { architectureOf, featuresOf } from '../../src/model/architecture.js';
import { isOfHead, isTrainable, parametersOf } from '../../src/model/parameters.js';
import { hasShared } from '../shared-data.js';
import { type GoldenNet, goldenArchitecture, goldenNets, goldenState } from './golden-nets.js';

const resnet50 = architectureOf('resnet50', { stride: 'v1.5', hiddenUnits: 512, dropout: 0.5 });

function count(shapes: readonly { readonly shape: readonly number[] }[]): number {
  return shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

describe('parametersOf', () => {
  it.each([
    ['resnet18', 11_689_512, 512],
    ['resnet34', 21_797_672, 512],
    ['resnet50', 25_557_032, 2048],
    ['resnet101', 44_549_160, 2048],
    ['resnet152', 60_192_808, 2048],
  ] as const)(
    'counts the weights of %s as torchvision does, less its classifier',
    (name, all, features) => {
      const architecture = architectureOf(name, { stride: null, hiddenUnits: 512, dropout: 0.5 });
      const trained = parametersOf(architecture).filter(
        (one) => isTrainable(one) && !isOfHead(one),
      );
      expect(count(trained)).toBe(all - (features * 1000 + 1000));
      expect(featuresOf(architecture)).toBe(features);
    },
  );

  it('counts the head of the recipe: two BatchNorms and two linear layers', () => {
    const trained = parametersOf(resnet50).filter((one) => isTrainable(one) && isOfHead(one));
    expect(count(trained)).toBe(2 * 2048 + (2048 * 512 + 512) + 2 * 512 + (512 * 2 + 2));
    expect(featuresOf(resnet50)).toBe(2048);
  });

  it('names every parameter once', () => {
    const names = parametersOf(resnet50).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.skipIf(!hasShared).each(Object.keys(goldenNets) as GoldenNet[])(
    'has the names and shapes of the reference net %s',
    async (net) => {
      const state = await goldenState(net);
      for (const { name, shape } of parametersOf(goldenArchitecture(net))) {
        expect(state.get(name)?.shape, name).toEqual(shape);
      }
    },
  );
});
