import type { GraphNode } from '../../engine/graph/graph-def.js';
import { dataTypes } from '../../engine/graph/tensor-types.js';
import type { Preprocessing } from '../../model/preprocess.js';
import { floats, graphNode, ints, ofFloats, ofInts, ofType } from './graph-part.js';

const { TF_FLOAT, TF_INT32 } = dataTypes;
const ofWhole = ofType('T', TF_INT32);
const toFloat = ofType('DstT', TF_FLOAT);

/**
 * What is done to patches before the first layer, as part of the graph: `patches`, [n, height, width, 3],
 * to `images`, float32 [n, crop, crop, 3].
 *
 * The crop begins at round((size - crop) / 2), a half going to the even number, as torchvision has it;
 * patches smaller than it end the run with an error. The normalisation is (value / 255 - mean) / std.
 *
 * @param dtype Of the patches, one of `dataTypes`.
 */
export function patchPreprocessing(
  { cropPx, channels, mean, std }: Preprocessing,
  dtype: number,
): GraphNode[] {
  const isSwapped = channels === 'bgr';
  const swapped = [
    ints('channel_axis', [3]),
    graphNode('ReverseV2', 'swapped', ['pixels', 'channel_axis'], [ofFloats, ofIndex('Tidx')]),
  ];
  return [
    ...cutNodes(cropPx, dtype),
    graphNode('Cast', 'pixels', ['cropped'], [ofType('SrcT', dtype), toFloat]),
    ...(isSwapped ? swapped : []),
    floats('largest', [], Float32Array.of(255)),
    floats('mean', [3], Float32Array.from(mean)),
    floats('std', [3], Float32Array.from(std)),
    graphNode('RealDiv', 'scaled', [isSwapped ? 'swapped' : 'pixels', 'largest'], [ofFloats]),
    graphNode('Sub', 'centred', ['scaled', 'mean'], [ofFloats]),
    graphNode('RealDiv', 'images', ['centred', 'std'], [ofFloats]),
  ];
}

/** `patches` to `cropped`, of the same type. */
function cutNodes(cropPx: number, dtype: number): GraphNode[] {
  return [
    graphNode('Shape', 'shape', ['patches'], [ofType('T', dtype), ofType('out_type', TF_INT32)]),
    ints('first', [1]),
    ints('behind', [3]),
    ints('step', [1]),
    ints('crop', [cropPx], []),
    floats('half', [], Float32Array.of(0.5)),
    graphNode(
      'StridedSlice',
      'size',
      ['shape', 'first', 'behind', 'step'],
      [ofWhole, ofIndex('Index')],
    ),
    graphNode('Sub', 'gap', ['size', 'crop'], [ofWhole]),
    graphNode('Cast', 'gap_float', ['gap'], [ofType('SrcT', TF_INT32), toFloat]),
    graphNode('Mul', 'half_gap', ['gap_float', 'half'], [ofFloats]),
    graphNode('Round', 'start_float', ['half_gap'], [ofFloats]), // a half to the even number
    graphNode(
      'Cast',
      'start',
      ['start_float'],
      [ofType('SrcT', TF_FLOAT), ofType('DstT', TF_INT32)],
    ),
    ints('none', [0]),
    ints('axis', [0], []),
    graphNode(
      'ConcatV2',
      'begin',
      ['none', 'start', 'none', 'axis'],
      [ofInts('N', 3), ofWhole, ofIndex('Tidx')],
    ),
    ints('crop_shape', [-1, cropPx, cropPx, 3]),
    graphNode(
      'Slice',
      'cropped',
      ['patches', 'begin', 'crop_shape'],
      [ofType('T', dtype), ofIndex('Index')],
    ),
  ];
}

function ofIndex(name: string) {
  return ofType(name, TF_INT32);
}
