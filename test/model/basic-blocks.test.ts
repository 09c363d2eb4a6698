import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/model/architecture.js';
import { inferenceBatchNorm } from '../../src/model/batch-norm-layer.js';
import { foldedConvolution, plainConvolution } from '../../src/model/convolution-layer.js';
import { averagePool } from '../../src/model/layers.js';
import { createModel, type Model } from '../../src/model/model.js';
import { isOfHead, parametersOf } from '../../src/model/parameters.js';
import { backboneStages } from '../../src/model/resnet.js';
import type { NamedArray } from '../../src/model/state-dict.js';
import { packageFolder } from '../../src/package-folder.js';
import { startTestEngine } from './start-test-engine.js';

const architecture: Architecture = {
  width: 4,
  block: 'basic',
  blocks: [2, 1, 2],
  stride: 'v1',
  hiddenUnits: 3,
  classes: 2,
  dropout: 0.5,
};
// Made by basic-blocks-reference.py.
const golden = JSON.parse(
  readFileSync(join(packageFolder, 'test', 'fixtures', 'basic-blocks.json'), 'utf8'),
) as { names: string[]; features: number[][] };

beforeAll(() => startTestEngine());

describe('a ResNet of basic blocks', () => {
  it('has the parameters of torchvision under its names', () => {
    const names = parametersOf(architecture).filter((one) => !isOfHead(one));
    expect(names.map(({ name }) => name).sort()).toEqual(golden.names.toSorted());
  });

  it.each(['plain', 'folded'])('gives the features of torch, %s', (kind) => {
    const model = createModel(architecture, { seed: 0, backbone: state() });
    const features = tf.tidy(() => {
      const images = tf.tensor4d(nhwcImages(), [2, 33, 33, 3]);
      const last = backboneStages(model, images, layerOf(kind, model)).at(-1);
      return averagePool(last?.activation as tf.Tensor4D).arraySync();
    });
    model.dispose();
    const largest = Math.max(...golden.features.flat());
    for (const [row, expected] of golden.features.entries()) {
      for (const [channel, value] of expected.entries()) {
        const error = Math.abs((features[row]?.[channel] as number) - value) / largest;
        expect(error).toBeLessThan(1e-5); // float32 through ten layers
      }
    }
  });
});

function layerOf(kind: string, model: Model) {
  if (kind === 'folded') return foldedConvolution(model);
  return plainConvolution(model, inferenceBatchNorm(model));
}

function sines(length: number, phase: number, scale: number, offset = 0): Float32Array {
  return Float32Array.from({ length }, (_, at) => offset + scale * Math.sin(0.7 * at + phase));
}

function state(): Map<string, NamedArray> {
  const shapes = new Map(parametersOf(architecture).map(({ name, shape }) => [name, shape]));
  return new Map(
    golden.names.map((name, phase) => {
      const shape = shapes.get(name) as readonly number[];
      const isFilter = shape.length === 4;
      const isAboutOne = name.endsWith('running_var') || (!isFilter && name.endsWith('weight'));
      const length = shape.reduce((product, size) => product * size, 1);
      const data = sines(length, phase, isFilter ? 0.3 : 0.2, isAboutOne ? 1 : 0);
      return [name, { shape, data }];
    }),
  );
}

/** The reference's images, [2, 3, 33, 33], with the channels last. */
function nhwcImages(): Float32Array {
  const nchw = sines(2 * 3 * 33 * 33, 0, 1);
  const area = 33 * 33;
  return nchw.map((_, at) => {
    const [channel, pixel, row] = [at % 3, Math.floor(at / 3) % area, Math.floor(at / 3 / area)];
    return nchw[(row * 3 + channel) * area + pixel] as number;
  });
}
