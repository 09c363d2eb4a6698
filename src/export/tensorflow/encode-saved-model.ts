import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { encodeGraph, type GraphNode } from '../../engine/graph/graph-def.js';
import { writeMessage, writeShape, writeText } from '../../engine/graph/protobuf-fields.js';

/** A tensor that a caller of the model feeds or fetches, under the name of its node. */
export interface SignatureTensor {
  readonly name: string;
  /** One of `dataTypes`. */
  readonly dtype: number;
  /** -1: any size. */
  readonly shape: readonly number[];
}

/**
 * A graph without variables as the file `saved_model.pb`, with one signature, `serving_default`.
 *
 * @see tensorflow/core/protobuf/saved_model.proto, meta_graph.proto
 */
export function encodeSavedModel(
  nodes: readonly GraphNode[],
  inputs: readonly SignatureTensor[],
  outputs: readonly SignatureTensor[],
): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(1); // the version of the format
  writeMessage(writer, 2, () => {
    writeMessage(writer, 1, () => writeText(writer, 4, 'serve'));
    writer.tag(2, WireType.LengthDelimited).bytes(encodeGraph(nodes));
    writeMessage(writer, 5, () => {
      writeText(writer, 1, 'serving_default');
      writeMessage(writer, 2, () => {
        for (const tensor of inputs) writeTensor(writer, 1, tensor);
        for (const tensor of outputs) writeTensor(writer, 2, tensor);
        writeText(writer, 3, 'tensorflow/serving/predict');
      });
    });
  });
  return writer.finish();
}

/** An entry of a signature's map of inputs or of outputs. */
function writeTensor(writer: BinaryWriter, field: number, tensor: SignatureTensor): void {
  const { name, dtype, shape } = tensor;
  writeMessage(writer, field, () => {
    writeText(writer, 1, name);
    writeMessage(writer, 2, () => {
      writeText(writer, 1, `${name}:0`);
      writer.tag(2, WireType.Varint).int32(dtype);
      writeMessage(writer, 3, () => writeShape(writer, shape));
    });
  });
}
