import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import {
  defaultWeights,
  findRegistered,
  nearestName,
  registeredWeights,
  registry,
} from '../../src/weights/registry.js';

describe('registry', () => {
  it('has no name, file or URL twice', () => {
    for (const key of ['name', 'file', 'url'] as const) {
      expect(new Set(registry.map((weights) => weights[key])).size).toBe(registry.length);
    }
  });

  it('knows a digest of each, or its beginning as torchvision has it in the name of the file', () => {
    for (const { algorithm, digest, file } of registry) {
      expect(digest).toMatch(
        algorithm === 'md5' ? /^[0-9a-f]{32}$/ : /^([0-9a-f]{64}|[0-9a-f]{8})$/,
      );
      if (digest.length === 8) expect(file).toMatch(new RegExp(`-${digest}\\.pth$`));
    }
  });

  it('says where bottlenecks have their stride, and of basic blocks nothing', () => {
    for (const { name, arch, stride } of registry) {
      const isBasic = arch === 'resnet18' || arch === 'resnet34';
      expect(stride, name).toBe(isBasic ? null : name.startsWith('keras/') ? 'v1' : 'v1.5');
    }
  });

  it("gives Keras's inputs: bytes less Caffe's means, here red first", () => {
    const { mean, std } = registeredWeights('keras/resnet50.notop').normalization;
    const normalised = [255, 0, 103.939].map(
      (value, channel) => (value / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 0),
    );
    for (const [channel, expected] of [255 - 123.68, -116.779, 0].entries()) {
      expect(normalised[channel]).toBeCloseTo(expected, 9);
    }
  });
});

describe('registeredWeights', () => {
  it('finds by name', () => {
    expect(registeredWeights('timm/resnet50.a1_in1k')).toMatchObject({
      licence: 'Apache-2.0',
      url: 'https://huggingface.co/timm/resnet50.a1_in1k/resolve/main/model.safetensors',
      file: 'timm-resnet50.a1_in1k.safetensors',
    });
    expect(findRegistered('resnet50')).toBeNull();
  });

  it.each([
    ['torchvison/resnet50.imagenet1k_v1', 'torchvision/resnet50.imagenet1k_v1'],
    ['resnet101.imagenet1k_v2', 'torchvision/resnet101.imagenet1k_v2'],
    ['timm/resnet50.A1-in1k', 'timm/resnet50.a1_in1k'],
  ])('tells a near miss: %s', (name, near) => {
    expect(() => registeredWeights(name)).toThrow(
      new UserError(
        `Cannot find weights "${name}": expected a name of the registry, got another; did you mean "${near}"?`,
      ),
    );
  });

  it('says where names are to be found', () => {
    expect(nearestName('vit')).toBeNull();
    expect(() => registeredWeights('vit\n')).toThrow(
      'Cannot find weights "vit\\n": expected a name of the registry, got another; "histo weights list" shows them',
    );
  });
});

describe('defaultWeights', () => {
  it.each(['resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152'] as const)(
    "is torchvision's V1 of %s",
    (arch) => {
      expect(defaultWeights(arch)?.name).toBe(`torchvision/${arch}.imagenet1k_v1`);
    },
  );

  it('is nothing where there is none', () => {
    expect(defaultWeights('resnet14-narrow')).toBeNull();
  });
});
