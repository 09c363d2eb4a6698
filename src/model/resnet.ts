import * as tf from '@tensorflow/tfjs-core';
import { maxPool } from '../engine/ops/max-pool.js';
import { blockConvolutions } from './architecture.js';
import type { ConvolutionLayer } from './convolution-layer.js';
import type { Model } from './model.js';

/** What a stage of the backbone gives: `stem`, `maxpool`, `layer1`, …. */
export interface Stage {
  readonly name: string;
  /** Shape [n, h, w, c]. */
  readonly activation: tf.Tensor4D;
}

/**
 * The backbone's stages in order: a ResNet as torchvision builds it; the last
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
          x = blockOf(model, x, `${name}.${block}`, block === 0 ? stride : 1, layer);
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

/** The block's convolutions, added to the input, which is projected where they change its shape. */
function blockOf(
  model: Model,
  x: tf.Tensor4D,
  block: string,
  stride: number,
  layer: ConvolutionLayer,
): tf.Tensor4D {
  const projection = { convolution: `${block}.downsample.0`, norm: `${block}.downsample.1` };
  return tf.tidy(() => {
    const convolutions = blockConvolutions(model.architecture, stride);
    let y = x;
    for (const [at, options] of convolutions.slice(0, -1).entries()) {
      y = layer(y, numbered(block, at + 1), options);
    }
    const shortcut = model.trainable.has(`${projection.convolution}.weight`)
      ? layer(x, projection, { stride, padding: 0, isRectified: false })
      : x;
    const last = convolutions.at(-1) as { stride: number; padding: number };
    return layer(y, numbered(block, convolutions.length), { ...last, addend: shortcut });
  });
}

function numbered(block: string, number: number) {
  return { convolution: `${block}.conv${number}`, norm: `${block}.bn${number}` };
}
