/** How TensorFlow has to pad one side's length so that its windows lie where torch's lie. */
export interface WindowPadding {
  /**
   * `SAME` and `VALID` are TensorFlow's own; `BEFOREHAND` means: pad by `before` and `after`, then
   * go on with `VALID`.
   */
  readonly kind: 'SAME' | 'VALID' | 'BEFOREHAND';
  readonly before: number;
  /** Pixels that a window reaches; torch's padding may hold more that none does. */
  readonly after: number;
  /** Windows along this side. */
  readonly outputSize: number;
}

/**
 * Torch's padding, the same before and after, in TensorFlow's words. Its EXPLICIT padding would say
 * the same, but leaves oneDNN for a kernel that is many times slower.
 *
 * @param inputSize Pixels along the side.
 * @param windowSize Pixels of a window, `stride` the step from one to the next.
 * @throws {RangeError} If not one window fits.
 * @example windowPadding(49, 7, 2, 3) // { kind: 'SAME', before: 3, after: 3, outputSize: 25 }
 * @example windowPadding(4, 3, 2, 1) // { kind: 'BEFOREHAND', before: 1, after: 0, outputSize: 2 }
 */
export function windowPadding(
  inputSize: number,
  windowSize: number,
  stride: number,
  padding: number,
): WindowPadding {
  const outputSize = Math.floor((inputSize + 2 * padding - windowSize) / stride) + 1;
  if (outputSize < 1) {
    throw new RangeError(
      `Cannot slide a window of ${windowSize} px: expected at least that many pixels, got ${inputSize} and ${padding} of padding on each side`,
    );
  }
  const before = padding;
  const after = Math.max(0, (outputSize - 1) * stride + windowSize - inputSize - padding);
  if (padding === 0) return { kind: 'VALID', before, after, outputSize };
  const isSame =
    Math.ceil(inputSize / stride) === outputSize &&
    Math.floor((before + after) / 2) === before &&
    (outputSize - 1) * stride + windowSize - inputSize === before + after;
  return { kind: isSame ? 'SAME' : 'BEFOREHAND', before, after, outputSize };
}
