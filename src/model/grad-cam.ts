import * as tf from '@tensorflow/tfjs-core';
import { inferenceBatchNorm } from './batch-norm-layer.js';
import { type ConvolutionLayer, plainConvolution } from './convolution-layer.js';
import { headLogits } from './head.js';
import { averagePool } from './layers.js';
import type { Model } from './model.js';
import { type PatchBatch, type Preprocessing, patchInputs, preprocess } from './preprocess.js';
import { backboneStages, type Stage, stagesBehind } from './resnet.js';

/** Where a model sees tumour in patches. */
export interface GradCam {
  /** Shape [n, sidePx, sidePx], row by row, in [0, 1]: 1 = what speaks for tumour most in its patch. */
  readonly maps: Float32Array;
  readonly sidePx: number;
  /** The stage of the backbone whose map it is, as in `layer3`. */
  readonly stage: string;
}

const leastSidePx = 4;

/**
 * Grad-CAM of the margin logit_1 - logit_0, tumour against normal, in evaluation mode: each channel
 * of a stage is weighed by its gradient's mean over the map; what the sum has above 0 is divided by
 * its maximum in the patch. A patch where nothing speaks for tumour is 0 throughout.
 *
 * The stage is the last one with 4 px or more a side. The last of all, `layer4` in a ResNet-50, is
 * the usual choice; at a crop of 49 px it has 2 x 2 px, which show hardly more than the score does.
 * So it is `layer3` there, with 4 x 4 px.
 *
 * Runs op by op, for the few dozen patches of a report: give it some 16 at a time.
 *
 * @param batch Cut, but neither flipped nor turned, for a map to lie over what was cut out.
 * @see Selvaraju et al. 2017, doi:10.1109/ICCV.2017.74
 */
export async function gradCam(
  model: Model,
  batch: PatchBatch,
  preprocessing: Preprocessing,
): Promise<GradCam> {
  const inputs = patchInputs(batch, preprocessing);
  const layer = plainConvolution(model, inferenceBatchNorm(model));
  const { maps, name } = tf.tidy(() => {
    const images = preprocess(inputs, preprocessing);
    const stage = shownStage(backboneStages(model, images, layer));
    return { maps: mapsOf(model, stage, layer), name: stage.name };
  });
  try {
    const values = (await maps.data()) as Float32Array;
    return { maps: values, sidePx: maps.shape[1] as number, stage: name };
  } finally {
    tf.dispose([maps, inputs]);
  }
}

/** The last one that is fine enough; the finest, which is the first, where none is. */
function shownStage(stages: readonly Stage[]): Stage {
  const fine = stages.filter(({ activation }) => activation.shape[1] >= leastSidePx);
  return (fine.at(-1) ?? stages[0]) as Stage;
}

/** Shape [n, h, w]. */
function mapsOf(model: Model, stage: Stage, layer: ConvolutionLayer): tf.Tensor3D {
  // Patches do not meet in evaluation mode: the gradient of the sum is that of each one's margin.
  const marginSum = (activation: tf.Tensor) => {
    const from = { name: stage.name, activation: activation as tf.Tensor4D };
    const last = stagesBehind(model, from, layer).at(-1) ?? from;
    const features = averagePool(last.activation);
    const logits = headLogits(model, features, inferenceBatchNorm(model), (x) => x);
    return tf.sum(tf.mul(logits, tf.tensor2d([[-1, 1]])));
  };
  const gradient = tf.grad(marginSum)(stage.activation);
  const weights = tf.mean(gradient, [1, 2], true);
  const maps = tf.relu(tf.sum(tf.mul(stage.activation, weights), 3));
  return tf.divNoNan(maps, tf.max(maps, [1, 2], true)) as tf.Tensor3D;
}
