import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * Figures of a step as TensorBoard reads them: a serialised Event.
 *
 * @param step At least 0.
 * @param scalars By tag; stored as float32.
 * @see tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto
 */
export function encodeScalars(step: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const writer = startEvent(step).tag(5, WireType.LengthDelimited).fork(); // summary
  for (const [tag, value] of Object.entries(scalars)) {
    writer.tag(1, WireType.LengthDelimited).fork(); // value
    writer.tag(1, WireType.LengthDelimited).string(tag);
    writer.tag(2, WireType.Bit32).float(value).join(); // simple_value
  }
  return writer.join().finish();
}

/**
 * The start of a session, serialised: TensorBoard forgets what files of earlier sessions say of this
 * step and later ones.
 */
export function encodeStart(step: number): Uint8Array {
  const writer = startEvent(step).tag(7, WireType.LengthDelimited).fork(); // session_log
  return writer.tag(1, WireType.Varint).int32(1).join().finish(); // status: START
}

function startEvent(step: number): BinaryWriter {
  const seconds = Date.now() / 1000;
  return new BinaryWriter()
    .tag(1, WireType.Bit64)
    .double(seconds)
    .tag(2, WireType.Varint)
    .int64(step);
}
