import * as tf from '@tensorflow/tfjs-core';
import { maxPool } from '../engine/ops/max-pool.js';
import type { ConvolutionLayer } from './convolution-layer.js';
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
 * @param layer With BatchNorm in evaluation or training mode.
 * @see He et al. 2015, arXiv:1512.03385; torchvision.models.resnet.ResNet._forward_impl
 */
export function backboneStages(
  model: Model,
  images: tf.Tensor4D,
  layer: ConvolutionLayer,
): readonly Stage[] {
  return inTurn(stagesOf(model, layer), images);
}

/** The stages behind one, from its activation on; none behind the last. As {@link backboneStages}. */
export function stagesBehind(
  model: Model,
  { name, activation }: Stage,
  layer: ConvolutionLayer,
): readonly Stage[] {
  const stages = stagesOf(model, layer);
  return inTurn(stages.slice(stages.findIndex((stage) => stage.name === name) + 1), activation);
}

interface StageWork {
  readonly name: string;
  readonly run: (x: tf.Tensor4D) => tf.Tensor4D;
}

function inTurn(stages: readonly StageWork[], input: tf.Tensor4D): readonly Stage[] {
  let activation = input;
  return stages.map(({ name, run }) => {
    activation = run(activation);
    return { name, activation };
  });
}

function stagesOf(model: Model, layer: ConvolutionLayer): readonly StageWork[] {
  const stem = { convolution: 'conv1', norm: 'bn1' };
  const layers = model.architecture.blocks.map((blocks, stage) => {
    const name = `layer${stage + 1}`;
    const stride = stage === 0 ? 1 : 2;
    const run = (input: tf.Tensor4D) =>
      tf.tidy(() => {
        let x = input;
        for (let block = 0; block < blocks; block++) {
          x = bottleneck(model, x, `${name}.${block}`, block === 0 ? stride : 1, layer);
        }
        return x;
      });
    return { name, run };
  });
  return [
    { name: 'stem', run: (images) => layer(images, stem, { stride: 2, padding: 3 }) },
    { name: 'maxpool', run: (x) => maxPool(x, 3, 2, 1) },
    ...layers,
  ];
}

/** 1 x 1, 3 x 3, 1 x 1, added to the input, which a stage's first block projects. */
function bottleneck(
  model: Model,
  x: tf.Tensor4D,
  block: string,
  stride: number,
  layer: ConvolutionLayer,
): tf.Tensor4D {
  const isV1 = model.architecture.stride === 'v1';
  const numbered = (number: number) => ({
    convolution: `${block}.conv${number}`,
    norm: `${block}.bn${number}`,
  });
  const projection = {
    convolution: `${block}.downsample.0`,
    norm: `${block}.downsample.1`,
  };
  return tf.tidy(() => {
    let y = layer(x, numbered(1), { stride: isV1 ? stride : 1, padding: 0 });
    y = layer(y, numbered(2), { stride: isV1 ? 1 : stride, padding: 1 });
    const shortcut = model.trainable.has(`${projection.convolution}.weight`)
      ? layer(x, projection, { stride, padding: 0, isRectified: false })
      : x;
    return layer(y, numbered(3), { stride: 1, padding: 0, addend: shortcut });
  });
}
