import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** What the values of a field are, and how JavaScript has them; `bytes` are also messages. */
interface FieldValues {
  readonly int: number;
  readonly float: number;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** The fields of a kind of message, each with its number. */
type Layout = Readonly<Record<string, readonly [number: number, kind: keyof FieldValues]>>;

/** The values of every field in their order, none where it is absent. */
type Message<Fields extends Layout> = {
  readonly [Name in keyof Fields]: readonly FieldValues[Fields[Name][1]][];
};

/**
 * Reads a message of protocol buffers.
 *
 * @param bytes Those of bytes fields stay views of them.
 * @param what What the message is, for the error.
 * @throws {RangeError} If it is cut short, or has a field that the layout does not name.
 */
export type ReadMessage = <Fields extends Layout>(
  bytes: Uint8Array,
  what: string,
  fields: Fields,
) => Message<Fields>;

const fieldCost = 128; // bytes in memory, roughly; of bytes it is the view alone

/**
 * A reader of the messages of one file.
 *
 * @param mostBytes Of memory that all messages together may take, roughly, beside the file's bytes.
 */
export function messageReader(mostBytes: number): ReadMessage {
  let takenBytes = 0;
  return (bytes, what, fields) => {
    const places = Object.entries(fields);
    const values: Record<string, unknown[]> = {};
    for (const name in fields) values[name] = [];
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const { number, wire } = tagOf(reader, what);
      const [name, [, kind]] = places.find(([, [own]]) => own === number) ?? unknown(what, number);
      const before = reader.pos;
      values[name]?.push(readValue(reader, wire, kind, what));
      takenBytes += fieldCost + (kind === 'text' ? 2 * (reader.pos - before) : 0);
      if (takenBytes > mostBytes) {
        throw new RangeError(`expected fewer and shorter fields, got more in ${what}`);
      }
    }
    return values as unknown as Message<typeof fields>;
  };
}

function tagOf(reader: BinaryReader, what: string) {
  const [number, wire] = read(() => reader.tag(), what);
  return { number, wire };
}

function unknown(what: string, number: number): never {
  throw new RangeError(`expected the fields that histo writes, got field ${number} in ${what}`);
}

const wires = {
  int: WireType.Varint,
  float: WireType.Bit32,
  text: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
} as const;

function readValue(reader: BinaryReader, wire: WireType, kind: keyof FieldValues, what: string) {
  if (wire !== wires[kind]) throw new RangeError(`expected ${kind} in ${what}, got other bytes`);
  switch (kind) {
    case 'int': {
      const value = Number(read(() => reader.int64(), what));
      if (Number.isSafeInteger(value)) return value;
      throw new RangeError(`expected whole numbers below 2^53 in ${what}, got ${value}`);
    }
    case 'float':
      return read(() => reader.float(), what);
    case 'text':
      return read(() => reader.string(true), what);
    case 'bytes':
      return read(() => reader.bytes(), what);
  }
}

/** What the library reads; its errors as RangeErrors. */
function read<T>(value: () => T, what: string): T {
  try {
    return value();
  } catch (error) {
    throw new RangeError(`expected a whole message, got ${what} that ends early or is garbled`, {
      cause: error,
    });
  }
}

/**
 * The value of a field that a message has once.
 *
 * @param name Of the field, for the error.
 */
export function once<T>(values: readonly T[], name: string): T {
  if (values.length === 1) return values[0] as T;
  throw new RangeError(`expected one ${name}, got ${values.length === 0 ? 'none' : values.length}`);
}
