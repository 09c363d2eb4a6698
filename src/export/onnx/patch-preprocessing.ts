import type { Preprocessing } from '../../model/preprocess.js';
import {
  floatConstant,
  type GraphPart,
  type OnnxNode,
  type OnnxTensor,
  onnxNode,
} from './onnx-model.js';

/**
 * What is done to patches before the first layer, as part of the graph: `patches`, uint8 [n, height,
 * width, 3], to `images`, float32 [n, 3, crop, crop].
 *
 * The crop begins at round((size - crop) / 2), a half going to the even number, as torchvision has it;
 * patches smaller than it end the run with an error of the runtime. The normalisation is (value / 255 -
 * mean) / std, step by step.
 */
export function patchPreprocessing({ cropPx, channels, mean, std }: Preprocessing): GraphPart {
  const constants = new Map<string, OnnxTensor>([
    ['crop', int64Constant([], [cropPx])],
    ['half', floatConstant([], [0.5])],
    ['sides', int64Constant([2], [1, 2])],
    ['crop_shape', int64Constant([4], [0, cropPx, cropPx, 3])],
    ['largest', floatConstant([], [255])],
    ['mean', floatConstant([1, 3, 1, 1], mean)],
    ['std', floatConstant([1, 3, 1, 1], std)],
  ]);
  const nodes: OnnxNode[] = [
    onnxNode('Shape', 'size', ['patches'], { start: 1, end: 3 }),
    onnxNode('Sub', 'gap', ['size', 'crop']),
    onnxNode('Cast', 'gap_float', ['gap'], { to: 1 }),
    onnxNode('Mul', 'half_gap', ['gap_float', 'half']),
    onnxNode('Round', 'start_float', ['half_gap']), // a half to the even number
    onnxNode('Cast', 'start', ['start_float'], { to: 7 }),
    onnxNode('Add', 'end', ['start', 'crop']),
    onnxNode('Slice', 'cut', ['patches', 'start', 'end', 'sides']),
    onnxNode('Reshape', 'cropped', ['cut', 'crop_shape']), // fails where a patch is smaller
    onnxNode('Cast', 'pixels', ['cropped'], { to: 1 }),
    onnxNode('Transpose', 'maps', ['pixels'], { perm: [0, 3, 1, 2] }),
  ];
  const isSwapped = channels === 'bgr';
  if (isSwapped) {
    constants.set('channel_order', int64Constant([3], [2, 1, 0]));
    nodes.push(onnxNode('Gather', 'swapped', ['maps', 'channel_order'], { axis: 1 }));
  }
  nodes.push(
    onnxNode('Div', 'scaled', [isSwapped ? 'swapped' : 'maps', 'largest']),
    onnxNode('Sub', 'centred', ['scaled', 'mean']),
    onnxNode('Div', 'images', ['centred', 'std']),
  );
  return { nodes, constants };
}

function int64Constant(shape: readonly number[], values: readonly number[]): OnnxTensor {
  const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { type: 'int64', shape, bytes };
}
