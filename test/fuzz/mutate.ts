import type { RandomStream } from '../../src/rng.js';

const longest = 2 ** 17; // bytes
const mostChanges = 6;
const numbers = [0, 1, 127, 128, 255, 256, 32767, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const digits = [
  '0',
  '-1',
  '1e308',
  '1e999',
  '-0',
  '0.5',
  '4294967296',
  '9007199254740993',
  '1e-320',
];

type Draw = (below: number) => number;
type Mutation = (input: Buffer, draw: Draw, others: Sources) => Buffer;

interface Sources {
  readonly pool: readonly Buffer[];
  readonly tokens: readonly string[];
}

/** A new input out of one of the pool, by a few changes. */
export function mutate({ pool, tokens }: Sources, stream: RandomStream): Buffer {
  const draw = (below: number) => Math.floor(stream.nextUniform() * below);
  let input = pool[draw(pool.length)] ?? Buffer.alloc(0);
  for (let changes = 1 + draw(1 + draw(mostChanges)); changes > 0; changes--) {
    const mutation = mutations[draw(mutations.length)] as Mutation;
    input = mutation(input, draw, { pool, tokens }).subarray(0, longest);
  }
  return input;
}

const mutations: readonly Mutation[] = [
  function flipBit(input, draw) {
    const copy = Buffer.from(input);
    const at = draw(copy.length);
    if (copy.length > 0) copy[at] = (copy[at] as number) ^ (1 << draw(8));
    return copy;
  },
  function setByte(input, draw) {
    const copy = Buffer.from(input);
    if (copy.length > 0) copy[draw(copy.length)] = draw(256);
    return copy;
  },
  function setInteger(input, draw) {
    const copy = Buffer.from(input);
    const width = 2 ** draw(4);
    if (copy.length < width) return copy;
    const at = draw((copy.length - width + 1) / (draw(2) === 0 ? 1 : 2));
    const value = numbers[draw(numbers.length)] as number;
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    const some = bytes.subarray(0, width);
    copy.set(draw(2) === 0 ? some : some.toReversed(), at);
    return copy;
  },
  function setDigits(input, draw) {
    const places = [...input.toString('latin1').matchAll(/-?\d[\d.e+-]*/g)];
    const place = places[draw(places.length)];
    if (place === undefined) return input;
    const number = Buffer.from(digits[draw(digits.length)] as string);
    return replaced(input, place.index, place[0].length, number);
  },
  function insertToken(input, draw, { tokens }) {
    const token = Buffer.from(tokens[draw(tokens.length)] ?? '\0');
    return replaced(input, draw(input.length + 1), 0, token);
  },
  function overwriteToken(input, draw, { tokens }) {
    const token = Buffer.from(tokens[draw(tokens.length)] ?? '\0');
    return replaced(input, draw(input.length + 1), token.length, token);
  },
  function remove(input, draw) {
    return replaced(input, draw(input.length + 1), 1 + draw(16), Buffer.alloc(0));
  },
  function truncate(input, draw) {
    return input.subarray(0, draw(input.length + 1));
  },
  function duplicate(input, draw) {
    return replaced(input, draw(input.length + 1), 0, chunkOf(input, draw));
  },
  function move(input, draw) {
    const chunk = chunkOf(input, draw);
    return replaced(input, draw(input.length + 1), chunk.length, Buffer.from(chunk));
  },
  function splice(input, draw, { pool }) {
    const other = pool[draw(pool.length)] as Buffer;
    return Buffer.concat([
      input.subarray(0, draw(input.length + 1)),
      other.subarray(draw(other.length + 1)),
    ]);
  },
  function repeat(input, draw) {
    if (draw(8) > 0) return input; // long inputs are slow ones
    const chunk = chunkOf(input, draw).subarray(0, 64);
    const times = 2 ** draw(16);
    const many = Buffer.concat(Array<Buffer>(Math.min(times, longest / 16)).fill(chunk));
    return replaced(input, draw(input.length + 1), 0, many);
  },
];

function chunkOf(input: Buffer, draw: Draw): Buffer {
  const start = draw(input.length);
  return input.subarray(start, start + 1 + draw(Math.min(256, input.length - start)));
}

function replaced(input: Buffer, at: number, length: number, by: Buffer): Buffer {
  return Buffer.concat([input.subarray(0, at), by, input.subarray(at + length)]);
}
