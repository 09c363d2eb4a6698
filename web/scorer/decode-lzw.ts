const [clear, end, largestTable] = [256, 257, 4096];

/**
 * Unpacks a strip or tile of a TIFF that was packed with LZW.
 *
 * A code's bytes are what stood before in the output: it is enough to know where, and how many.
 *
 * @param most Bytes that may come out.
 * @throws {RangeError} If more would come out, or a code is used before it has a meaning.
 * @see TIFF 6.0 specification, section 13
 */
export function decodeLzw(bytes: Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(most);
  const [starts, lengths] = [new Uint32Array(largestTable), new Uint16Array(largestTable)];
  const next = codeReader(bytes);
  let [size, width, at, previous] = [258, 9, 0, 0]; // previous: how many bytes the last code gave
  for (let code = next(width); code !== end; code = next(width)) {
    if (code === clear) {
      [size, width, previous] = [258, 9, 0];
      continue;
    }
    if (previous > 0 && size < largestTable) {
      starts[size] = at - previous; // the bytes of the last code, and the first one of this
      lengths[size] = previous + 1;
      size++;
    }
    if (code >= size) throw new RangeError(`expected a code below ${size} in LZW, got ${code}`);
    const length = code < clear ? 1 : (lengths[code] as number);
    if (at + length > most) throw new RangeError(`expected ${most} bytes of a block, got more`);
    if (code < clear) output[at] = code;
    else copyForward(output, starts[code] as number, at, length);
    [at, previous] = [at + length, length];
    if (size + 1 >= 2 ** width && width < 12) width++;
  }
  return output.subarray(0, at);
}

/** Byte by byte: a code may be used in the very bytes that it stands for. */
function copyForward(bytes: Uint8Array, from: number, to: number, length: number): void {
  for (let index = 0; index < length; index++) bytes[to + index] = bytes[from + index] as number;
}

/** Reads codes of a width, the highest bit first; after the last byte it gives the code that ends. */
function codeReader(bytes: Uint8Array): (width: number) => number {
  let [buffer, bits, at] = [0, 0, 0];
  return (width) => {
    for (; bits < width; bits += 8) {
      if (at >= bytes.length) return end;
      buffer = ((buffer << 8) | (bytes[at++] as number)) & 0xffffff;
    }
    bits -= width;
    return (buffer >> bits) & (2 ** width - 1);
  };
}
