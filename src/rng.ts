/** A stream of random draws that depends on its keys alone. */
export interface RandomStream {
  /** The next 32 random bits, an integer in [0, 2^32). */
  nextUint32(): number;
  /** The next number, uniform in [0, 1). */
  nextUniform(): number;
}

/**
 * A stream of random draws named by its keys, for example (seed, epoch, index): the same keys give
 * the same draws whatever was drawn before and in whatever order streams are made.
 *
 * @param keys Integers in [0, 2^53), for example a seed, a purpose, an epoch, an index.
 * @see sfc32 of PractRand (Chris Doty-Humphrey), keyed through MurmurHash3's 32-bit finalizer
 */
export function randomStream(...keys: readonly number[]): RandomStream {
  let [a, b, c] = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
  for (const key of keys) {
    a = mix32(a ^ key);
    b = mix32(b ^ a ^ Math.floor(key / 2 ** 32));
    c = mix32(c ^ b);
  }
  let counter = 1;
  const nextUint32 = () => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum;
  };
  for (let round = 0; round < 12; round++) nextUint32(); // lets close keys drift apart
  return { nextUint32, nextUniform: () => nextUint32() / 2 ** 32 };
}

/** Shuffles in place (Fisher and Yates) with the draws of the stream. O(n). */
export function shuffle<T>(items: T[], random: RandomStream): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random.nextUniform() * (last + 1));
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
  return items;
}

function mix32(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
