import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from '../engine/ops/conv2d.js';
import { maxPool } from '../engine/ops/max-pool.js';
import { relu } from '../engine/ops/relu.js';
import type { BatchNormLayer } from './batch-norm-layer.js';
import { sumOf } from './layers.js';
import type { Model } from './model.js';

/** What a stage of the backbone gives: `stem`, `maxpool`, `layer1`, …. */
export interface Stage {
  readonly name: string;
  /** Shape [n, h, w, c]. */
  readonly activation: tf.Tensor4D;
}

/**
 * The backbone's stages in order: a ResNet of bottleneck blocks, as torchvision builds it; the last
 * one's activation is what the head works on. Differentiable. The caller owns the activations.
 *
 * @param images Shape [n, height, width, 3], float32, normalised.
 * @param batchNorm In evaluation or training mode.
 * @see He et al. 2015, arXiv:1512.03385; torchvision.models.resnet.ResNet._forward_impl
 */
export function backboneStages(
  model: Model,
  images: tf.Tensor4D,
  batchNorm: BatchNormLayer,
): readonly Stage[] {
  const stem = tf.tidy(() => {
    const convolved = conv2d(images, filterOf(model, 'conv1'), 2, 3);
    return relu(batchNorm(convolved, 'bn1'));
  });
  const stages: Stage[] = [
    { name: 'stem', activation: stem },
    { name: 'maxpool', activation: maxPool(stem, 3, 2, 1) },
  ];
  for (const [stage, blocks] of model.architecture.blocks.entries()) {
    const input = (stages.at(-1) as Stage).activation;
    const name = `layer${stage + 1}`;
    const stride = stage === 0 ? 1 : 2;
    const activation = tf.tidy(() => {
      let x = input;
      for (let block = 0; block < blocks; block++) {
        x = bottleneck(model, x, `${name}.${block}`, block === 0 ? stride : 1, batchNorm);
      }
      return x;
    });
    stages.push({ name, activation });
  }
  return stages;
}

/** 1 x 1, 3 x 3, 1 x 1, added to the input, which a stage's first block projects. */
function bottleneck(
  model: Model,
  x: tf.Tensor4D,
  block: string,
  stride: number,
  batchNorm: BatchNormLayer,
): tf.Tensor4D {
  const isV1 = model.architecture.stride === 'v1';
  const convolution = (input: tf.Tensor4D, layer: string, step: number, padding: number) =>
    conv2d(input, filterOf(model, `${block}.${layer}`), step, padding);
  return tf.tidy(() => {
    let y = convolution(x, 'conv1', isV1 ? stride : 1, 0);
    y = relu(batchNorm(y, `${block}.bn1`));
    y = convolution(y, 'conv2', isV1 ? 1 : stride, 1);
    y = relu(batchNorm(y, `${block}.bn2`));
    y = batchNorm(convolution(y, 'conv3', 1, 0), `${block}.bn3`);
    const shortcut = model.trainable.has(`${block}.downsample.0.weight`)
      ? batchNorm(convolution(x, 'downsample.0', stride, 0), `${block}.downsample.1`)
      : x;
    return relu(sumOf(y, shortcut));
  });
}

function filterOf(model: Model, layer: string): tf.Tensor4D {
  const filter = model.trainable.get(`${layer}.weight`);
  if (filter === undefined) throw new Error(`Cannot run the model: expected a filter "${layer}"`);
  return filter as tf.Tensor as tf.Tensor4D;
}
