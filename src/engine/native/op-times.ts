import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** How long one op of a graph took in one run. */
export interface OpTime {
  /** The node's name, after Grappler's rewriting. */
  readonly node: string;
  readonly op: string;
  readonly microseconds: number;
}

/** A serialised RunOptions that asks for the time of every op. */
export const traceOptions = Uint8Array.of(0x08, 0x03); // trace_level (1): FULL_TRACE

/**
 * Reads what a traced run says of itself.
 *
 * @param runMetadata A serialised RunMetadata.
 * @see tensorflow/core/framework/step_stats.proto
 */
export function readOpTimes(runMetadata: Uint8Array): OpTime[] {
  const times: OpTime[] = [];
  for (const stepStats of messages(runMetadata, 1)) {
    for (const device of messages(stepStats, 1)) {
      for (const node of messages(device, 2)) times.push(opTimeOf(node));
    }
  }
  return times;
}

/** A NodeExecStats: name, start and end of the op, and a label `name = Op(inputs)`. */
function opTimeOf(bytes: Uint8Array): OpTime {
  const reader = new BinaryReader(bytes);
  let [node, label, start, end] = ['', '', 0, 0];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1) node = reader.string();
    else if (field === 3) start = Number(reader.int64());
    else if (field === 4) end = Number(reader.int64());
    else if (field === 8) label = reader.string();
    else reader.skip(type);
  }
  return { node, op: / = (\w+)/.exec(label)?.[1] ?? '', microseconds: end - start };
}

function* messages(message: Uint8Array, wanted: number): Generator<Uint8Array> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted && type === WireType.LengthDelimited) yield reader.bytes();
    else reader.skip(type);
  }
}
