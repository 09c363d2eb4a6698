import type { GraphNode, OpAttribute } from '../../engine/graph/graph-def.js';
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
  const whole = 0b1001; // the axes of patches and channels, whatever begin and end say
  const masks = [ofInts('begin_mask', whole), ofInts('end_mask', whole)];
  return [
    graphNode('Shape', 'shape', ['patches'], [ofType('T', dtype), ofIndex('out_type')]),
    ...startNodes(cropPx),
    graphNode('AddV2', 'behind', ['start', 'crop'], [ofWhole]),
    joined('begin', ['zero', 'start', 'zero']),
    joined('end', ['zero', 'behind', 'zero']),
    ints('steps', [1, 1, 1, 1]),
    strided('cut', ['patches', 'begin', 'end', 'steps'], [ofType('T', dtype), ...masks]),
    strided('count', ['shape', 'zero', 'one', 'one'], [ofWhole]),
    ints('crop_shape', [cropPx, cropPx, 3]),
    joined('cut_shape', ['count', 'crop_shape']),
    // Fails where a patch is smaller: a slice alone would end at the edge.
    graphNode('Reshape', 'cropped', ['cut', 'cut_shape'], [ofType('T', dtype), ofIndex('Tshape')]),
  ];
}

/** `shape` to `start`, [2]: the crop's first row and column. */
function startNodes(cropPx: number): GraphNode[] {
  const toWhole = [ofType('SrcT', TF_FLOAT), ofType('DstT', TF_INT32)];
  return [
    ints('zero', [0]),
    ints('one', [1]),
    ints('three', [3]),
    ints('crop', [cropPx], []),
    floats('half', [], Float32Array.of(0.5)),
    strided('size', ['shape', 'one', 'three', 'one'], [ofWhole]),
    graphNode('Sub', 'gap', ['size', 'crop'], [ofWhole]),
    graphNode('Cast', 'gap_float', ['gap'], [ofType('SrcT', TF_INT32), toFloat]),
    graphNode('Mul', 'half_gap', ['gap_float', 'half'], [ofFloats]),
    graphNode('Round', 'start_float', ['half_gap'], [ofFloats]), // a half to the even number
    graphNode('Cast', 'start', ['start_float'], toWhole),
    ints('axis', [0], []),
  ];
}

function strided(name: string, inputs: readonly string[], attributes: readonly OpAttribute[]) {
  return graphNode('StridedSlice', name, inputs, [...attributes, ofIndex('Index')]);
}

/** Lists of whole numbers one behind the other. */
function joined(name: string, parts: readonly string[]): GraphNode {
  const attributes = [ofInts('N', parts.length), ofWhole, ofIndex('Tidx')];
  return graphNode('ConcatV2', name, [...parts, 'axis'], attributes);
}

function ofIndex(name: string): OpAttribute {
  return ofType(name, TF_INT32);
}
