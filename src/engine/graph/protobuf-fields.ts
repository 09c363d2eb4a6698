import { type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Writes a text as a field of the message under way. */
export function writeText(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

/** Writes a message as a field of the one under way. */
export function writeMessage(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

/** Writes what a TensorShapeProto holds; -1 stands for any size. */
export function writeShape(writer: BinaryWriter, shape: readonly number[]): void {
  for (const size of shape) {
    writeMessage(writer, 2, () => writer.tag(1, WireType.Varint).int64(size));
  }
}
