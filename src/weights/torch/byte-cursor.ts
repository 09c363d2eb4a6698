import { FormatError } from '../format-error.js';

/** Goes through bytes from the front, and never behind their end. */
export class ByteCursor {
  readonly #view: DataView;

  constructor(
    private readonly bytes: Uint8Array<ArrayBuffer>,
    /** Where the next byte is read. */
    public at: number,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * The next bytes, a view.
   *
   * @throws {FormatError} If there are not so many.
   */
  take(count: number): Uint8Array<ArrayBuffer> {
    const start = this.#step(count);
    return this.bytes.subarray(start, start + count);
  }

  /** The next whole number, little-endian, unsigned. */
  uint(width: 1 | 2 | 4): number {
    const at = this.#step(width);
    if (width === 1) return this.#view.getUint8(at);
    return width === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  int32(): number {
    return this.#view.getInt32(this.#step(4), true);
  }

  /** Eight bytes, of which a file has use for 53 bits. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#step(8), true));
  }

  /** Big-endian, as pickle has it. */
  float64(): number {
    return this.#view.getFloat64(this.#step(8), false);
  }

  /** The text before the next line feed, which is passed over. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new FormatError('expected a name and a line feed, got the end of the bytes');
    const text = Buffer.from(this.take(end - this.at)).toString('utf8');
    this.at = end + 1;
    return text;
  }

  /** Where the next `count` bytes start; goes behind them. */
  #step(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) {
      throw new FormatError(
        `expected ${count} more bytes behind byte ${start}, got ${this.bytes.length - start}: it is cut short or damaged; download or save it again`,
      );
    }
    this.at += count;
    return start;
  }
}
