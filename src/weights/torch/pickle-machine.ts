import { quote } from '../../quote.js';
import { FormatError } from '../format-error.js';
import { ByteCursor } from './byte-cursor.js';

/** What a pickle may build beside numbers, texts, lists and dictionaries. */
export interface PickleRules {
  /** Values by Python's full name, as in `collections.OrderedDict`; what is called is a function. */
  readonly globals: ReadonlyMap<string, unknown>;
  /** What stands for something that is kept outside the pickle. */
  readonly persistent: (id: unknown) => unknown;
}

/**
 * The state of pickle's stack machine. Values are a Map for a dictionary, an array for a list and a tuple,
 * number, bigint, string, boolean, null and Uint8Array: nothing that has a prototype to be changed.
 */
export class PickleMachine {
  readonly cursor: ByteCursor;
  readonly memo = new Map<number, unknown>();
  #stack: unknown[] = [];
  readonly #below: unknown[][] = []; // the stacks under each mark

  constructor(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    readonly rules: PickleRules,
  ) {
    this.cursor = new ByteCursor(bytes, start);
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0) throw outOfOrder('a value on the stack, got none');
    return this.#stack.pop();
  }

  top(): unknown {
    if (this.#stack.length === 0) throw outOfOrder('a value on the stack, got none');
    return this.#stack.at(-1);
  }

  mark(): void {
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  /** The values above the last mark, which is taken away. */
  popMarked(): unknown[] {
    const below = this.#below.pop();
    if (below === undefined) throw outOfOrder('a mark on the stack, got none');
    const values = this.#stack;
    this.#stack = below;
    return values;
  }

  remembered(index: number): unknown {
    if (!this.memo.has(index)) throw outOfOrder(`a value under number ${index}, got none`);
    return this.memo.get(index);
  }

  /** @throws {FormatError} If it is none that the rules allow: nothing in a file may run. */
  global(module: string, name: string): unknown {
    const path = `${module}.${name}`;
    const value = this.rules.globals.get(path);
    if (value !== undefined) return value;
    throw new FormatError(
      `expected tensors, numbers, text, lists and dictionaries alone, got ${quote(path)}, which is code to be run: save model.state_dict() in PyTorch and convert that file`,
    );
  }
}

/** The error for a pickle that no program writes. */
export function outOfOrder(expected: string): FormatError {
  return new FormatError(
    `expected ${expected}: its pickle is damaged; download or save the file again`,
  );
}
