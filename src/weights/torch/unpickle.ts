import { outOfOrder, PickleMachine, type PickleRules } from './pickle-machine.js';
import { opcodes } from './pickle-opcodes.js';

export type { PickleRules };

const stop = 0x2e;
const mostOpcodes = 2 ** 18; // ResNet-152's state dict has 30,000; each makes one small value at most

/**
 * Reads one pickle. Nothing in it can run: a class or function that the rules do not name is refused
 * before it is used, and one that they name is histo's own.
 *
 * @param start Its first byte in the bytes; others may follow it.
 * @returns The value, and where the byte behind it is.
 * @throws {FormatError} If it is damaged, without end, or asks for code.
 * @see https://peps.python.org/pep-0307/, CPython's Lib/pickletools.py
 * @example unpickle(Buffer.from('\x80\x02K\x07.', 'latin1'), 0, rules).value // 7
 */
export function unpickle(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  rules: PickleRules,
): { readonly value: unknown; readonly end: number } {
  const machine = new PickleMachine(bytes, start, rules);
  for (let count = 0; count < mostOpcodes; count++) {
    const byte = machine.cursor.uint(1);
    if (byte === stop) return { value: machine.pop(), end: machine.cursor.at };
    const opcode = opcodes.get(byte);
    if (opcode === undefined) {
      throw outOfOrder(`what a state dict is made of, got opcode 0x${byte.toString(16)}`);
    }
    opcode(machine);
  }
  throw outOfOrder(`at most ${mostOpcodes} steps to build its contents, got more`);
}
