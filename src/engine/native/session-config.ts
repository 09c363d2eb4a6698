import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** How a session is to rewrite and run its graphs. */
export interface SessionOptions {
  /** Names of Grappler's switches, by their field numbers in RewriterConfig; 1 is on, 2 off. */
  readonly rewriters: Readonly<Record<number, 1 | 2>>;
}

/**
 * A serialised ConfigProto.
 *
 * @see tensorflow/core/protobuf/config.proto, rewriter_config.proto
 */
export function encodeSessionConfig({ rewriters }: SessionOptions): Uint8Array {
  const config = new BinaryWriter();
  const gpu = config.tag(6, WireType.LengthDelimited).fork(); // gpu_options
  gpu.tag(4, WireType.Varint).bool(true).join(); // allow_growth: not the GPU's whole memory at once
  config.tag(10, WireType.LengthDelimited).fork(); // graph_options
  config.tag(10, WireType.LengthDelimited).fork(); // rewrite_options
  for (const [field, value] of Object.entries(rewriters)) {
    config.tag(Number(field), WireType.Varint).int32(value);
  }
  config.join();
  config.join();
  return config.finish();
}
